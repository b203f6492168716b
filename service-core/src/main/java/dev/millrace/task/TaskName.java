package dev.millrace.task;

/**
 * The name of a task's file while it waits, and with it everything that must be remembered without opening the file.
 *
 * <pre>
 *   &lt;stem&gt;.task.json                     tried for the first time
 *   &lt;stem&gt;.a&lt;attempt&gt;r&lt;returns&gt;.task.json  came back from running
 * </pre>
 *
 * The <em>stem</em> stays the same for the task's whole life and is unique for ever: {@code <order>-<id>} for tasks
 * that we submit (see {@link TaskOrder}), whatever its author chose for foreign ones. {@code returns} counts how often
 * the task came back from running, for whatever reason; it makes each name new, so that a paused owner can never mistake
 * a later claim for its own, and lets two outcomes of one task be told apart by age.
 *
 * @param stem the part that never changes
 * @param attempt the number of the attempt that is waiting or running, from 1
 * @param returns how often the task came back from running, from 0
 */
public record TaskName(String stem, int attempt, int returns) {
    /** The end of every task file's name. */
    public static final String SUFFIX = ".task.json";

    /** The end of AGILAB's pickled tasks, which are never opened. */
    public static final String PICKLE_SUFFIX = ".task.pkl";

    /** The longest pending name in bytes: AGILAB lengthens it by up to 86 and file systems end at 255. */
    public static final int MAX_LENGTH = 169;

    /** Fifteen digits. */
    private static final long LATEST_MILLIS = 999_999_999_999_999L;

    private static final int ATTEMPT_DIGITS = 6;
    private static final int RETURNS_DIGITS = 8;

    public TaskName {
        if (stem.isEmpty()) throw new IllegalArgumentException("a task's file name needs more than " + SUFFIX);
        if (attempt < 1) throw new IllegalArgumentException("attempt " + attempt + " must be at least 1");
        if (returns < 0) throw new IllegalArgumentException("returns " + returns + " must not be negative");
    }

    /** True for names that end as task files do. */
    public static boolean isTaskFile(String fileName) {
        return fileName.endsWith(SUFFIX) && fileName.length() > SUFFIX.length();
    }

    /** Reads the name of a file for which {@link #isTaskFile} holds. */
    public static TaskName parse(String fileName) {
        String base = fileName.substring(0, fileName.length() - SUFFIX.length());
        int counts = base.lastIndexOf(".a");
        int r = base.indexOf('r', counts + 2);
        if (counts < 1 || r < 0 || r - counts - 2 > ATTEMPT_DIGITS || base.length() - r - 1 > RETURNS_DIGITS)
            return new TaskName(base, 1, 0);
        int attempt = (int) Hex.decimal(base, counts + 2, r);
        int returns = (int) Hex.decimal(base, r + 1, base.length());
        return attempt < 1 || returns < 0
                ? new TaskName(base, 1, 0)
                : new TaskName(base.substring(0, counts), attempt, returns);
    }

    /** The name without {@link #SUFFIX}. */
    public String base() {
        return attempt == 1 && returns == 0 ? stem : stem + ".a" + attempt + "r" + returns;
    }

    /** The file's name in pending. */
    public String fileName() {
        return base() + SUFFIX;
    }

    /** The file's name in done, failed or cancelled: the name it first had. */
    public String terminalFileName() {
        return stem + SUFFIX;
    }

    /** The name after a return that spends an attempt: the attempt failed, or its worker died. */
    public TaskName nextAttempt() {
        return new TaskName(stem, attempt + 1, returns + 1);
    }

    /** The name after a return that spends none: handed back, snoozed. */
    public TaskName sameAttempt() {
        return new TaskName(stem, attempt, returns + 1);
    }

    /** The name under which a task of this name waits in scheduled/ until it is due; at the latest in the year 33658. */
    public String scheduledFileName(long dueEpochMillis) {
        return due(dueEpochMillis) + "-" + fileName();
    }

    static String due(long epochMillis) {
        return String.format("%013d", Math.max(0, Math.min(epochMillis, LATEST_MILLIS)));
    }
}
