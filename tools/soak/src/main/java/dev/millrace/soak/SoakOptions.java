package dev.millrace.soak;

import dev.millrace.storage.Durability;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A command line, understood.
 *
 * @param kills how often something is killed, at least 0
 * @param tasks how many tasks are handed in at least, and acknowledged
 * @param workers how many workers the service has
 * @param submitters how many processes submit at once
 * @param limit over how long the kills are spread; after it nothing more is killed or handed in. Empty: as fast as
 *     possible until both numbers are reached
 * @param seed of everything that is left to chance
 * @param folder the disk that is used
 * @param durability what an acknowledged submit survives
 * @param faults what may happen
 * @param json where the figures go
 * @param keep whether the run's folder stays
 * @param seeds simulated worlds to run instead
 * @param fuzz how many documents to make up instead
 */
record SoakOptions(
        int kills,
        int tasks,
        int workers,
        int submitters,
        Optional<Duration> limit,
        long seed,
        Path folder,
        Durability durability,
        Set<Fault> faults,
        Optional<Path> json,
        boolean keep,
        Optional<SeedRange> seeds,
        OptionalLong fuzz) {
    SoakOptions {
        faults = Set.copyOf(faults);
    }

    boolean has(Fault fault) {
        return faults.contains(fault);
    }
}
