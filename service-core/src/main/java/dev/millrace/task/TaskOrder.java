package dev.millrace.task;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The front of the stem of a task that we submit: plain name order is claim order.
 *
 * <pre>  &lt;9 - priority&gt; &lt;due time, epoch microseconds, 16 digits&gt; &lt;lane, 4 hex digits&gt; &lt;marks&gt; - </pre>
 *
 * Urgent before less urgent, then due time, then submission: a submitter never uses one microsecond twice, and the lane,
 * drawn once for each submitter, keeps two of them apart. The marks say what a worker must know before it opens the file.
 *
 * @param priority 0 (last) to 9 (first)
 * @param dueMicros epoch microseconds
 * @param lane the submitter's lane, 0 to 65535
 * @param marks what the name tells about the document
 */
public record TaskOrder(int priority, long dueMicros, int lane, TaskMarks marks) {
    /** The priority of tasks that name none. */
    public static final int DEFAULT_PRIORITY = 4;

    /** The largest due time that a name can spell, in the year 2286; later ones are all ordered as this one. */
    public static final long LARGEST = 9_999_999_999_999_999L;

    private static final int DUE_DIGITS = 16;
    private static final int LANE_AT = 1 + DUE_DIGITS;
    private static final int MARKS_AT = LANE_AT + 4;

    /** A dash after all marks that there are. */
    private static final int LAST_DASH = MARKS_AT + 11;

    public TaskOrder {
        if (priority < 0 || priority > 9) throw new IllegalArgumentException("priority " + priority + " is not 0 to 9");
        if (dueMicros < 0 || dueMicros > LARGEST)
            throw new IllegalArgumentException("due time " + dueMicros + " is outside the years 1970 to 2286");
        if (lane < 0 || lane > 0xFFFF) throw new IllegalArgumentException("lane " + lane + " is not 0 to 65535");
    }

    /** The stem of a task with this order and the given id. */
    public String stem(String id) {
        String due = Long.toString(dueMicros);
        return (9 - priority)
                + "0".repeat(DUE_DIGITS - due.length())
                + due
                + Hex.digits4(lane)
                + marks.spelled()
                + '-'
                + id;
    }

    /** The order in a stem of our form, which nobody uses twice; empty for foreign stems. */
    public static Optional<TaskOrder> of(String stem) {
        return Optional.ofNullable(parse(stem));
    }

    private static @Nullable TaskOrder parse(String stem) {
        int dash = dashIn(stem);
        if (dash < 0) return null;
        TaskMarks marks = TaskMarks.parse(stem, MARKS_AT, dash);
        long urgency = Hex.decimal(stem, 0, 1);
        long due = Hex.decimal(stem, 1, LANE_AT);
        long lane = Hex.value(stem, LANE_AT, MARKS_AT);
        if (marks == null || urgency < 0 || due < 0 || lane < 0) return null;
        return new TaskOrder((int) (9 - urgency), due, (int) lane, marks);
    }

    /** Where the order ends and the id begins; -1 where there is no id. */
    private static int dashIn(String stem) {
        int most = Math.min(stem.length() - 2, LAST_DASH);
        for (int at = MARKS_AT; at <= most; at++) if (stem.charAt(at) == '-') return at;
        return -1;
    }

    /** True when the stem has our form, which nobody uses twice. */
    public static boolean isOurs(String stem) {
        return parse(stem) != null;
    }

    /** The id in a stem of our form, or the whole stem of a foreign one. */
    public static String idOf(String stem) {
        return isOurs(stem) ? stem.substring(dashIn(stem) + 1) : stem;
    }

    /** The due time in a stem of our form, in epoch microseconds. */
    public static OptionalLong dueMicrosOf(String stem) {
        TaskOrder order = parse(stem);
        return order == null ? OptionalLong.empty() : OptionalLong.of(order.dueMicros());
    }

    /** An instant in the unit of {@link #dueMicros}. */
    public static long micros(Instant instant) {
        return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), 1_000_000L), instant.getNano() / 1_000);
    }
}
