package dev.millrace.queue;

import dev.millrace.task.BatchName;
import dev.millrace.task.TaskDocument;
import java.time.Instant;

/** A claimed task of a batch. */
record PartClaim(OpenBatch batch, int index, int attempt, TaskDocument document, Instant claimedAt, long claimedNanos)
        implements Claim {
    @Override
    public String stem() {
        return BatchName.partStem(batch.stem(), index);
    }

    /** In the file that it shares with others. */
    OutcomeRoom room() {
        return batch.room();
    }

    @Override
    public String id() {
        return document.taskId().isEmpty() ? BatchName.partId(batch.stem(), index) : document.taskId();
    }
}
