package dev.millrace.testkit;

import java.util.List;

/**
 * A schedule of a scenario in which a promise was broken.
 *
 * @param scenario the scenario's name
 * @param turns who went on before each operation, see {@link Turns}
 * @param invariant the promise
 * @param what how it was broken
 * @param trace everything that changed the disk, and everything that went wrong, in order
 */
record ScheduleFailure(String scenario, String turns, Invariant invariant, String what, List<String> trace) {
    ScheduleFailure {
        trace = List.copyOf(trace);
    }

    /** The command that plays this schedule again. */
    String replayCommand() {
        return "mvn -pl service-testkit -am test -Dtest=InterleavingsTest -Dworld.scenario=" + scenario
                + " -Dworld.turns=" + turns + " -Dsurefire.failIfNoSpecifiedTests=false";
    }

    /** For people: the scenario, the promise, the trace and the command. */
    String describe() {
        return "a schedule of " + scenario + " breaks a promise: " + what + "\n  " + String.join("\n  ", trace)
                + "\nPlay it again with: " + replayCommand();
    }
}
