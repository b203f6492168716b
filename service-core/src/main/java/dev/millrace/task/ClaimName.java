package dev.millrace.task;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a task's file while it lies in running/: the rename that makes it is the claim and says whose it is.
 *
 * @param task the name it had in pending
 * @param stage claimed, or already fenced off for publishing
 * @param incarnation the life of the worker that owns it, 32 hex digits
 * @param claimNumber which claim of that incarnation this is, from 0; -1 for claims of AGILAB's own workers
 */
public record ClaimName(TaskName task, Stage stage, String incarnation, long claimNumber) {
    private static final Pattern FORM =
            Pattern.compile("(.+)\\.(claim|settled)-([0-9a-f]{32})(?:-([0-9]{1,18}))?\\.task\\.json", Pattern.DOTALL);

    /** How far the owner got. */
    public enum Stage {
        /** Being run; may be rescued. */
        CLAIM,
        /** The outcome is decided and in the owner's log; it only needs to be written out and published. */
        SETTLED
    }

    /** Reads a file name in running/, or nothing when it has another form. */
    public static Optional<ClaimName> parse(String fileName) {
        Matcher form = FORM.matcher(fileName);
        if (!form.matches()) return Optional.empty();
        TaskName task = TaskName.parse(form.group(1) + TaskName.SUFFIX);
        Stage stage = form.group(2).equals("claim") ? Stage.CLAIM : Stage.SETTLED;
        long number = form.group(4) == null ? -1 : Long.parseLong(form.group(4));
        return Optional.of(new ClaimName(task, stage, form.group(3), number));
    }

    /** The file's name in running/. */
    public String fileName() {
        return task.base()
                + (stage == Stage.CLAIM ? ".claim-" : ".settled-")
                + incarnation
                + (claimNumber < 0 ? "" : "-" + claimNumber)
                + TaskName.SUFFIX;
    }

    /** The same claim, fenced. */
    public ClaimName settled() {
        return new ClaimName(task, Stage.SETTLED, incarnation, claimNumber);
    }

    /** True when a worker of AGILAB's made it. */
    public boolean isForeign() {
        return claimNumber < 0;
    }
}
