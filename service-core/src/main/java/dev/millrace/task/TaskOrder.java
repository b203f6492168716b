package dev.millrace.task;

import java.time.Instant;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The front of the stem of a task that we submit: plain name order is claim order.
 *
 * <pre>  &lt;9 - priority&gt; &lt;due time, epoch microseconds, 16 digits&gt; &lt;lane, 4 hex digits&gt; [w] - </pre>
 *
 * Urgent before less urgent, then due time, then submission: a submitter never uses one microsecond twice, and the lane,
 * drawn once for each submitter, keeps two of them apart. The letter {@code w} says that the document names a worker, so
 * that others need not open it.
 *
 * @param priority 0 (last) to 9 (first)
 * @param dueMicros epoch microseconds
 * @param lane the submitter's lane, 0 to 65535
 * @param targeted true when the document names a worker
 */
public record TaskOrder(int priority, long dueMicros, int lane, boolean targeted) {
    /** The priority of tasks that name none. */
    public static final int DEFAULT_PRIORITY = 4;

    /** The largest due time that a name can spell, in the year 2286; later ones are all ordered as this one. */
    public static final long LARGEST = 9_999_999_999_999_999L;

    private static final Pattern OURS = Pattern.compile("([0-9])([0-9]{16})([0-9a-f]{4})(w?)-(.+)", Pattern.DOTALL);

    public TaskOrder {
        if (priority < 0 || priority > 9) throw new IllegalArgumentException("priority " + priority + " is not 0 to 9");
        if (dueMicros < 0 || dueMicros > LARGEST)
            throw new IllegalArgumentException("due time " + dueMicros + " is outside the years 1970 to 2286");
        if (lane < 0 || lane > 0xFFFF) throw new IllegalArgumentException("lane " + lane + " is not 0 to 65535");
    }

    /** The stem of a task with this order and the given id. */
    public String stem(String id) {
        return String.format("%d%016d%04x%s-%s", 9 - priority, dueMicros, lane, targeted ? "w" : "", id);
    }

    /** True when the stem has our form and says that the task is for any worker. */
    public static boolean isForAnyWorker(String stem) {
        Matcher ours = OURS.matcher(stem);
        return ours.matches() && ours.group(4).isEmpty();
    }

    /** True when the stem has our form, which nobody uses twice. */
    public static boolean isOurs(String stem) {
        return OURS.matcher(stem).matches();
    }

    /** The id in a stem of our form, or the whole stem of a foreign one. */
    public static String idOf(String stem) {
        Matcher ours = OURS.matcher(stem);
        return ours.matches() ? ours.group(5) : stem;
    }

    /** The due time in a stem of our form, in epoch microseconds. */
    public static OptionalLong dueMicrosOf(String stem) {
        Matcher ours = OURS.matcher(stem);
        return ours.matches() ? OptionalLong.of(Long.parseLong(ours.group(2))) : OptionalLong.empty();
    }

    /** An instant in the unit of {@link #dueMicros}. */
    public static long micros(Instant instant) {
        return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), 1_000_000L), instant.getNano() / 1_000);
    }
}
