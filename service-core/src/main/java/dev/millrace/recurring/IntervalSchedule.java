package dev.millrace.recurring;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;

/**
 * Due at the origin and after each interval since. Nothing must be remembered for that, so every steward and every life of
 * the service finds the same times; and time that passes does not care for time zones.
 *
 * @param interval from a second to ten years
 */
record IntervalSchedule(Duration interval) implements Schedule {
    private static final Duration LONGEST = Duration.ofDays(3_650);

    IntervalSchedule {
        boolean right = interval.toSeconds() >= 1 && interval.toNanosPart() == 0 && interval.compareTo(LONGEST) <= 0;
        if (!right)
            throw new InvalidRecurringException(
                    "",
                    "every",
                    "must be whole seconds, from 1s to 3650d, not "
                            + interval.toString().substring(2).toLowerCase(java.util.Locale.ROOT));
    }

    @Override
    public Optional<Instant> after(Instant moment, Instant origin) {
        if (moment.isBefore(origin)) return Optional.of(origin);
        long passed = moment.getEpochSecond() - origin.getEpochSecond();
        long next = Math.floorDiv(passed, interval.toSeconds()) + 1;
        return Optional.of(origin.plusSeconds(next * interval.toSeconds()));
    }

    @Override
    public ZoneId zone() {
        return ZoneOffset.UTC;
    }

    @Override
    public String text() {
        return "every " + Lengths.text(interval);
    }
}
