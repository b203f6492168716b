package dev.millrace.lifecycle;

import dev.millrace.queue.RetentionLimits;
import dev.millrace.settings.RetentionSettings;

/** From what was set to what the queue is told. */
public interface Retentions {
    static RetentionLimits limits(RetentionSettings settings) {
        return new RetentionLimits(
                limit(settings.done()),
                limit(settings.failed()),
                limit(settings.cancelled()),
                limit(settings.heartbeats()));
    }

    private static RetentionLimits.Limit limit(RetentionSettings.Keep keep) {
        return RetentionLimits.Limit.of(keep.ttl(), keep.maxFiles());
    }
}
