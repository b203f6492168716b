package dev.millrace.queue;

import dev.millrace.task.TaskDocument;
import java.time.Instant;

/**
 * A task that this incarnation runs, by itself or as one of a batch. Valid until it is settled; may already be lost to a
 * rescue, which settling finds out.
 */
public interface Claim {
    /** The task's unique name for life. */
    String stem();

    /** What people call the task. */
    String id();

    /** The number of this attempt, from 1. */
    int attempt();

    TaskDocument document();

    /** Wall clock. */
    Instant claimedAt();

    /** Monotonic clock, for the run time. */
    long claimedNanos();

    /** The same for every attempt: the author's key, or the task's unique name. */
    default String idempotencyKey() {
        return document().idempotencyKey().orElseGet(this::stem);
    }
}
