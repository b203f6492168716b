package dev.millrace.recurring;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;

/** Names due times. Immutable; two schedules with the same text are equal and name the same times. */
public sealed interface Schedule permits CronSchedule, IntervalSchedule {

    /**
     * By the clock on the wall in a time zone.
     *
     * <p>When clocks are set forward, a local time that does not exist is due right after the gap. When they are set back,
     * a local time that happens twice is due the first time only. An expression whose hour is {@code *} goes by the time
     * that passes instead: it neither bunches up nor pauses when clocks are set.
     *
     * @param expression minute, hour, day of month, month, day of week; or a short form such as {@code @daily}
     * @throws InvalidRecurringException when it cannot be read, or never comes, as on 31 February
     */
    static Schedule cron(String expression, ZoneId zone) {
        return new CronSchedule(expression, zone);
    }

    /**
     * Again after each interval, counted from an origin, see {@link #after}.
     *
     * @param interval whole seconds, from one second to 3,650 days
     * @throws InvalidRecurringException when it is not
     */
    static Schedule every(Duration interval) {
        return new IntervalSchedule(interval);
    }

    /**
     * The first due time later than a moment; empty when none follows.
     *
     * @param origin where intervals are counted from; cron needs none
     */
    Optional<Instant> after(Instant moment, Instant origin);

    /** The zone in which people think of it. */
    ZoneId zone();

    /** For people, on one line: {@code cron 0 3 * * * in Europe/Berlin}, {@code every 15m}. */
    String text();
}
