package dev.millrace.recurring;

import java.time.LocalDateTime;
import java.util.Optional;

/**
 * The port to what reads cron expressions. It knows no zones and no clock: what a zone does to local times is ours, see
 * {@link CronSchedule}, so another library, or code of our own, could take its place.
 */
interface LocalDues {
    /** The first local time later than this one that the expression names; empty when none ever follows. */
    Optional<LocalDateTime> after(LocalDateTime moment);

    /**
     * Reads five fields.
     *
     * @throws InvalidRecurringException with the reason when they make no sense
     */
    static LocalDues of(String fields) {
        return new CronUtilsDues(fields);
    }
}
