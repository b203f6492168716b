package dev.millrace.testkit;

import java.util.List;

/**
 * What came of a task whose worker died at each boundary of its handler in turn, and whose next worker ran it again.
 *
 * @param kind the task's kind
 * @param crashes one for each boundary that was tried, in the order in which the handler comes to them
 * @param notes what was not tried, for people; empty when that is nothing
 */
public record CrashReport(String kind, List<Crash> crashes, List<String> notes) {
    public CrashReport {
        crashes = List.copyOf(crashes);
        notes = List.copyOf(notes);
    }

    /**
     * One death.
     *
     * @param where the boundary, for example {@code before the 2nd progress()}
     * @param difference what is not as it would have been without it, or that it did not come about because the handler did
     *     not come there again; empty when all is as it would have been
     */
    public record Crash(String where, String difference) {
        /** True when the run again left everything as one undisturbed run does. */
        public boolean isSafe() {
            return difference.isEmpty();
        }
    }

    /** True when the task may be run again wherever its worker dies. */
    public boolean isSafe() {
        return unsafe().isEmpty();
    }

    /** The deaths that left a trace. */
    public List<Crash> unsafe() {
        return crashes.stream().filter(crash -> !crash.isSafe()).toList();
    }

    /**
     * Demands that the task may be run again wherever its worker dies.
     *
     * @throws AssertionError when it may not; the message is this report
     */
    public void assertSafe() {
        if (!isSafe()) throw new AssertionError(toString());
    }

    /** A line for each death, and one for each note. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("'" + kind + "' was crashed in " + crashes.size() + " places; in "
                + unsafe().size() + " of them running it again is not safe");
        for (Crash crash : crashes)
            text.append("\n  ")
                    .append(crash.isSafe() ? "safe    " : "UNSAFE  ")
                    .append(crash.where())
                    .append(crash.isSafe() ? "" : ": " + crash.difference());
        for (String note : notes) text.append("\n  note    ").append(note);
        return text.toString();
    }
}
