package dev.millrace.queue;

import java.time.Duration;
import java.util.Optional;

/**
 * What to keep. An empty value is no limit.
 *
 * @param done finished tasks
 * @param failed failed and refused ones with their sidecars
 * @param cancelled those that were called off
 * @param heartbeats files of workers that have ended
 */
public record RetentionLimits(Limit done, Limit failed, Limit cancelled, Limit heartbeats) {
    /** Cancelled tasks are kept as finished ones are. */
    public RetentionLimits(Limit done, Limit failed, Limit heartbeats) {
        this(done, failed, done, heartbeats);
    }

    /**
     * One folder's limit.
     *
     * @param keepFor how long after the last change
     * @param keepMost the newest so many
     */
    public record Limit(Optional<Duration> keepFor, Optional<Long> keepMost) {
        public Limit {
            if (keepMost.isPresent() && keepMost.get() < 1)
                throw new IllegalArgumentException(
                        "keep at most " + keepMost.get() + ": must be at least 1, or no limit");
        }

        /** A number of days and a number of files; zero for no limit. */
        public static Limit of(Duration keepFor, long keepMost) {
            return new Limit(
                    keepFor.isZero() ? Optional.empty() : Optional.of(keepFor),
                    keepMost == 0 ? Optional.empty() : Optional.of(keepMost));
        }
    }

    /** AGILAB's defaults: 7, 14 and 1 days; 2000, 2000 and 1000 files. */
    public static RetentionLimits defaults() {
        return new RetentionLimits(
                Limit.of(Duration.ofDays(7), 2000),
                Limit.of(Duration.ofDays(14), 2000),
                Limit.of(Duration.ofDays(1), 1000));
    }
}
