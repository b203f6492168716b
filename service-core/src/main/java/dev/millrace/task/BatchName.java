package dev.millrace.task;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a file that holds many small tasks, one a line, while it waits; and with it everything that must be known
 * without opening it.
 *
 * <pre>
 *   &lt;stem&gt;.n&lt;count&gt;.batch.jsonl                     nothing of it has ended yet
 *   &lt;stem&gt;.n&lt;count&gt;.p&lt;progress&gt;d&lt;done&gt;f&lt;failed&gt;c&lt;cancelled&gt;r&lt;returns&gt;s&lt;suspicion&gt;.batch.jsonl
 * </pre>
 *
 * @param stem the part that never changes, as for a single task, see {@link TaskOrder}
 * @param count the tasks in it; 0 when a stranger's name does not tell
 * @param tally which of their outcomes count
 * @param returns how often it came back from running, from 0
 * @param suspicion whether a task in it may kill its worker
 */
public record BatchName(String stem, int count, Tally tally, int returns, Suspicion suspicion) {
    /** The end of every batch file's name. */
    public static final String SUFFIX = ".batch.jsonl";

    private static final Pattern FORM = Pattern.compile(
            "(.+?)\\.n([0-9]{1,7})(?:\\.p([0-9]{1,9})d([0-9]{1,7})f([0-9]{1,7})c([0-9]{1,7})r([0-9]{1,8})s([0-2]))?");

    /**
     * Which outcomes count.
     *
     * @param progress the number of the last outcome that counts; a task that is tried again has several
     * @param done tasks that are done
     * @param failed tasks that failed for good
     * @param cancelled tasks that were called off
     */
    public record Tally(int progress, int done, int failed, int cancelled) {
        /** No outcome yet. */
        public static final Tally NONE = new Tally(0, 0, 0, 0);

        /** Tasks that have ended. */
        public int ended() {
            return done + failed + cancelled;
        }

        /** The tally after one more outcome; {@code state} empty when the task is to be tried again. */
        public Tally plus(Optional<TaskState> state) {
            return new Tally(
                    progress + 1,
                    done + (state.equals(Optional.of(TaskState.DONE)) ? 1 : 0),
                    failed + (state.equals(Optional.of(TaskState.FAILED)) ? 1 : 0),
                    cancelled + (state.equals(Optional.of(TaskState.CANCELLED)) ? 1 : 0));
        }

        /** How many tasks are in a state that this knows of. */
        public int of(TaskState state) {
            return switch (state) {
                case DONE -> done;
                case FAILED -> failed;
                case CANCELLED -> cancelled;
                default -> 0;
            };
        }

        private String spelled() {
            return "p" + progress + "d" + done + "f" + failed + "c" + cancelled;
        }
    }

    /** What is known of tasks that kill their worker. The first death blames nobody; the next one, run one by one, does. */
    public enum Suspicion {
        /** Nothing: its tasks run side by side. */
        NONE(0),
        /** An owner died: the next one runs the first tasks one at a time. */
        CAREFUL(1),
        /** An owner died while it ran one at a time: the first task that has not ended is to blame. */
        BLAMED(2);

        private final int digit;

        Suspicion(int digit) {
            this.digit = digit;
        }

        private static Suspicion of(int digit) {
            return digit == NONE.digit ? NONE : digit == CAREFUL.digit ? CAREFUL : BLAMED;
        }

        /** What an owner's death makes of it. */
        public Suspicion afterDeath() {
            return this == NONE ? CAREFUL : BLAMED;
        }
    }

    public BatchName {
        if (stem.isEmpty()) throw new IllegalArgumentException("a batch's file name needs more than " + SUFFIX);
        if (count < 0 || returns < 0) throw new IllegalArgumentException("counts must not be negative");
    }

    /** A batch that nobody has run. */
    public static BatchName fresh(String stem, int count) {
        return new BatchName(stem, count, Tally.NONE, 0, Suspicion.NONE);
    }

    /** True for names that end as batch files do. */
    public static boolean isBatchFile(String fileName) {
        return fileName.endsWith(SUFFIX) && fileName.length() > SUFFIX.length();
    }

    /** Reads the name of a file for which {@link #isBatchFile} holds. */
    public static BatchName parse(String fileName) {
        String base = fileName.substring(0, fileName.length() - SUFFIX.length());
        Matcher form = FORM.matcher(base);
        if (!form.matches()) return fresh(base, 0);
        int count = Integer.parseInt(form.group(2));
        if (form.group(3) == null) return fresh(form.group(1), count);
        Tally tally = new Tally(number(form, 3), number(form, 4), number(form, 5), number(form, 6));
        return new BatchName(form.group(1), count, tally, number(form, 7), Suspicion.of(number(form, 8)));
    }

    private static int number(Matcher form, int group) {
        return Integer.parseInt(form.group(group));
    }

    /** The name without {@link #SUFFIX}. */
    public String base() {
        boolean fresh = tally.equals(Tally.NONE) && returns == 0 && suspicion == Suspicion.NONE;
        String counted = stem + ".n" + count;
        return fresh ? counted : counted + "." + tally.spelled() + "r" + returns + "s" + suspicion.digit;
    }

    /** The file's name in pending. */
    public String fileName() {
        return base() + SUFFIX;
    }

    /** Tasks that have not ended; at least one in a stranger's file that does not tell. */
    public int open() {
        return Math.max(count == 0 ? 1 : 0, count - tally.ended());
    }

    /** Where it lies when all its tasks have ended: with the failed, else with the cancelled, else with the done. */
    public TaskState terminalState() {
        if (tally.failed() > 0) return TaskState.FAILED;
        return tally.cancelled() > 0 ? TaskState.CANCELLED : TaskState.DONE;
    }

    /** The file's name in its terminal folder; in done/ the name it first had. */
    public String terminalFileName() {
        return terminalState() == TaskState.DONE
                ? fresh(stem, count).fileName()
                : new BatchName(stem, count, tally, 0, Suspicion.NONE).fileName();
    }

    public BatchName withStem(String newStem) {
        return new BatchName(newStem, count, tally, returns, suspicion);
    }

    public BatchName withTally(Tally newTally) {
        return new BatchName(stem, count, newTally, returns, suspicion);
    }

    public BatchName withCount(int newCount) {
        return new BatchName(stem, newCount, tally, returns, suspicion);
    }

    public BatchName withSuspicion(Suspicion newSuspicion) {
        return new BatchName(stem, count, tally, returns, newSuspicion);
    }

    /** The name after a return from running. */
    public BatchName returned() {
        return new BatchName(stem, count, tally, returns + 1, suspicion);
    }

    /** The same with another return count, when a power cut has undone returns that are known from elsewhere. */
    public BatchName withReturns(int newReturns) {
        return new BatchName(stem, count, tally, newReturns, suspicion);
    }

    /** The name under which it waits in scheduled/ until one of its tasks is due. */
    public String scheduledFileName(long dueEpochMillis) {
        return TaskName.due(dueEpochMillis) + "-" + fileName();
    }

    /** The unique name for life of one of its tasks, by its line, from 0. */
    public static String partStem(String stem, int index) {
        return stem + PART + index;
    }

    /** What people call one of its tasks whose author gave it no id. */
    public static String partId(String stem, int index) {
        return TaskOrder.idOf(stem) + "." + index;
    }

    /** What people call the task of a unique name, as far as that tells. */
    public static String idOf(String stem) {
        return partOf(stem).map(part -> partId(part.stem(), part.index())).orElseGet(() -> TaskOrder.idOf(stem));
    }

    private static final char PART = '+';

    /**
     * The batch and the line in a name that {@link #partStem} made. A stranger's single file may be called so, too: where
     * the file is known, that tells.
     */
    public static Optional<Part> partOf(String partStem) {
        int plus = partStem.lastIndexOf(PART);
        if (plus < 1 || (partStem.startsWith("0", plus + 1) && partStem.length() > plus + 2)) return Optional.empty();
        long index = Hex.decimal(partStem, plus + 1, partStem.length());
        if (index < 0 || index > Integer.MAX_VALUE) return Optional.empty();
        return Optional.of(new Part(partStem.substring(0, plus), (int) index));
    }

    /** One task of a batch. */
    public record Part(String stem, int index) {}
}
