package dev.millrace.task;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many tasks may begin in a stretch of time, spelled {@code 100/min}, {@code 5/s} or {@code 3/20s}.
 *
 * @param tasks how many, 1 to 1,000,000; as many may begin at once after a quiet time
 * @param period the stretch, a millisecond to a day
 */
public record Rate(int tasks, Duration period) {
    /** What a text must look like, for people. */
    public static final String FORM = "tasks/period such as 100/min: 1 to 1000000 per ms, s, min, h, d or 30s";

    private static final int MOST_TASKS = 1_000_000;
    private static final Duration LONGEST = Duration.ofDays(1);
    private static final Pattern SPELLING = Pattern.compile("([0-9]{1,7})/([0-9]{1,8})?(ms|s|sec|min|h|hour|d|day)");
    private static final Map<String, Duration> UNITS = Map.of(
            "ms", Duration.ofMillis(1),
            "s", Duration.ofSeconds(1),
            "sec", Duration.ofSeconds(1),
            "min", Duration.ofMinutes(1),
            "h", Duration.ofHours(1),
            "hour", Duration.ofHours(1),
            "d", Duration.ofDays(1),
            "day", Duration.ofDays(1));

    public Rate {
        if (tasks < 1 || tasks > MOST_TASKS)
            throw new IllegalArgumentException("rate of " + tasks + " tasks is not 1 to " + MOST_TASKS);
        if (period.compareTo(Duration.ofMillis(1)) < 0 || period.compareTo(LONGEST) > 0)
            throw new IllegalArgumentException("rate period " + period + " is not a millisecond to a day");
    }

    /** Reads a spelling; empty when it is none. */
    public static Optional<Rate> parse(String text) {
        Matcher form = SPELLING.matcher(text);
        if (!form.matches()) return Optional.empty();
        long units = form.group(2) == null ? 1 : Long.parseLong(form.group(2));
        try {
            return Optional.of(new Rate(
                    Integer.parseInt(form.group(1)),
                    UNITS.getOrDefault(form.group(3), Duration.ZERO).multipliedBy(units)));
        } catch (IllegalArgumentException | ArithmeticException outOfRange) {
            return Optional.empty();
        }
    }

    /** As {@link #parse} reads it. */
    @Override
    public String toString() {
        long millis = period.toMillis();
        if (millis % 1_000 != 0) return tasks + "/" + millis + "ms";
        if (millis % 60_000 != 0) return tasks + "/" + (millis == 1_000 ? "" : millis / 1_000) + "s";
        return tasks + "/" + (millis == 60_000 ? "" : millis / 60_000) + "min";
    }
}
