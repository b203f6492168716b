package dev.millrace.queue;

import dev.millrace.storage.Disk.HeldFile;
import dev.millrace.task.ClaimName;
import dev.millrace.task.TaskDocument;
import dev.millrace.task.TaskOrder;
import java.time.Instant;

/**
 * A claimed task that has a file of its own.
 *
 * @param name the file's name in running/
 * @param document what was read
 * @param closingBrace the position of the document's last brace, where the outcome is written
 * @param file the task's file, open until the claim is settled
 */
record FileClaim(
        ClaimName name, TaskDocument document, long closingBrace, Instant claimedAt, long claimedNanos, HeldFile file)
        implements Claim {
    @Override
    public String stem() {
        return name.task().stem();
    }

    @Override
    public String id() {
        return TaskOrder.idOf(stem());
    }

    @Override
    public int attempt() {
        return name.task().attempt();
    }
}
