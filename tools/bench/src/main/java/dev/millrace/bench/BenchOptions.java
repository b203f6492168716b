package dev.millrace.bench;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * A command line, understood.
 *
 * @param parts what to measure
 * @param peers whether others are measured beside us
 * @param postgres the JDBC URL of a database for the peers that need one
 * @param tasks single-task files in one run, and the greatest depth; the defaults of each part when not given
 * @param rounds how often each contender runs
 * @param idle how many seconds an idle worker is watched
 * @param json where the figures go
 * @param folder where the runs make their folders: the disk that is measured
 * @param keep whether these folders stay
 * @param profile where flight recordings of workers and submitters go
 * @param only when not empty, only contenders whose name contains this
 */
record BenchOptions(
        Set<Part> parts,
        boolean peers,
        Optional<String> postgres,
        OptionalInt tasks,
        int rounds,
        int idle,
        Path json,
        Path folder,
        boolean keep,
        Optional<Path> profile,
        String only) {
    BenchOptions {
        parts = Set.copyOf(parts);
    }

    int tasksOr(int usual) {
        return tasks.orElse(usual);
    }

    /** For what is slow: the usual number, or fewer when few were asked for. */
    int atMost(int usual) {
        return Math.min(usual, tasks.orElse(usual));
    }
}
