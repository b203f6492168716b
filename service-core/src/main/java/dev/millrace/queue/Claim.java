package dev.millrace.queue;

import dev.millrace.storage.Disk.HeldFile;
import dev.millrace.task.ClaimName;
import dev.millrace.task.TaskDocument;
import dev.millrace.task.TaskOrder;
import java.time.Instant;

/**
 * A task that this incarnation runs. Valid until it is settled; may already be lost to a rescue, which settling finds
 * out.
 *
 * @param name the file's name in running/
 * @param document what was read
 * @param closingBrace the position of the document's last brace, where the outcome is written
 * @param claimedAt wall clock
 * @param claimedNanos monotonic clock, for the run time
 * @param file the task's file, open until the claim is settled
 */
public record Claim(
        ClaimName name, TaskDocument document, long closingBrace, Instant claimedAt, long claimedNanos, HeldFile file) {
    /** The task's name for life. */
    public String stem() {
        return name.task().stem();
    }

    /** What people call the task. */
    public String id() {
        return TaskOrder.idOf(stem());
    }

    /** The number of this attempt, from 1. */
    public int attempt() {
        return name.task().attempt();
    }

    /** The same for every attempt: the author's key, or the task's unique name. */
    public String idempotencyKey() {
        return document.idempotencyKey().orElseGet(this::stem);
    }
}
