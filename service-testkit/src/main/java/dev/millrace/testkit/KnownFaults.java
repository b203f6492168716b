package dev.millrace.testkit;

import dev.millrace.task.ClaimName;
import dev.millrace.task.TaskState;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Faults of the queue that are known and not yet mended, and so would hide others of their kind. Whoever mends one takes its
 * line out.
 */
final class KnownFaults {
    private KnownFaults() {}

    /**
     * What a disk that refuses strands for the life of a process, and those who wait for it: a batch that could be neither
     * read nor put back, and a task that a steward took over to give it up and whose outcome it could not log.
     */
    static List<TaskLife> without(List<TaskLife> open, Predicate<String> stewards) {
        Set<String> stranded = open.stream()
                .filter(life -> isRunningBatch(life) || isTakenOver(life, stewards))
                .map(life -> life.stem)
                .collect(Collectors.toSet());
        return open.stream()
                .filter(life -> !stranded.contains(life.stem) && Collections.disjoint(life.waitsFor, stranded))
                .toList();
    }

    private static boolean isRunningBatch(TaskLife life) {
        return isRunning(life) && life.place.orElseThrow().batch().isPresent();
    }

    private static boolean isTakenOver(TaskLife life, Predicate<String> stewards) {
        return isRunning(life)
                && ClaimName.parse(
                                String.valueOf(life.place.orElseThrow().file().getFileName()))
                        .filter(claim -> stewards.test(claim.incarnation()))
                        .isPresent();
    }

    private static boolean isRunning(TaskLife life) {
        return life.place.filter(at -> at.isIn(TaskState.RUNNING)).isPresent();
    }

    /**
     * When a rename of a claim is carried out and denied, and the look for it fails, too, its worker forgets the claim or takes
     * it for lost, and it stays in running/ for the life of the worker. So what is carried out and denied is the last operation
     * in a row that fails.
     */
    static boolean endsTheRow(PlannedTrouble struck) {
        return struck.moment() == FaultyDisk.Moment.AFTER;
    }
}
