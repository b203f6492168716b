package dev.millrace.soak.fuzz;

import dev.millrace.storage.Disk;
import dev.millrace.testkit.MemoryDisk;
import dev.millrace.testkit.SteppedTime;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What rounds meet.
 *
 * @param lines what reads command lines: gives false when it refuses one in order
 * @param memory makes the disk of each round that has a queue and is not on the real one
 * @param longestRound a round that takes longer hangs
 */
record FuzzSetting(Predicate<String[]> lines, Function<SteppedTime, Disk> memory, Duration longestRound) {

    static FuzzSetting of(Predicate<String[]> lines) {
        return new FuzzSetting(lines, MemoryDisk::create, Duration.ofSeconds(30));
    }

    FuzzSetting withMemory(Function<SteppedTime, Disk> newMemory) {
        return new FuzzSetting(lines, newMemory, longestRound);
    }

    FuzzSetting withLongestRound(Duration longest) {
        return new FuzzSetting(lines, memory, longest);
    }
}
