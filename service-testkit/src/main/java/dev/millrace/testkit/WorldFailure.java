package dev.millrace.testkit;

import java.util.List;

/**
 * A world in which a promise was broken, made as short as could be.
 *
 * @param seed the world's seed
 * @param invariant the promise
 * @param what how it was broken
 * @param trace everything that changed the disk, and everything that went wrong, in order
 */
public record WorldFailure(long seed, Invariant invariant, String what, List<String> trace) {
    public WorldFailure {
        trace = List.copyOf(trace);
    }

    /** The command that runs this world again. */
    public String replayCommand() {
        return "mvn -pl service-testkit -am test -Dtest=WorldTest -Dworld.seed=" + seed
                + " -Dsurefire.failIfNoSpecifiedTests=false";
    }

    /** For people: the seed, the promise, the shortest trace and the command. */
    public String describe() {
        return "seed " + seed + " breaks a promise: " + what + "\n  " + String.join("\n  ", trace)
                + "\nRun it again with: " + replayCommand() + "\nor with: millrace soak --seeds " + seed + ".." + seed;
    }
}
