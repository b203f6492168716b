package dev.millrace.testkit;

import java.util.List;
import java.util.Optional;

/** How one world ended. */
final class WorldRun {
    private final long seed;
    private final WorldCounts counts;
    private final Optional<InvariantBroken> broken;
    private final int[] choices;
    private final List<String> trace;

    WorldRun(long seed, WorldCounts counts, Optional<InvariantBroken> broken, int[] choices, List<String> trace) {
        this.seed = seed;
        this.counts = counts;
        this.broken = broken;
        this.choices = choices;
        this.trace = trace;
    }

    long seed() {
        return seed;
    }

    WorldCounts counts() {
        return counts;
    }

    Optional<InvariantBroken> broken() {
        return broken;
    }

    /** What was decided; not to be changed. */
    int[] choices() {
        return choices;
    }

    List<String> trace() {
        return trace;
    }
}
