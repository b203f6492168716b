package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.queue.QueueControl.Changed;
import dev.millrace.queue.QueueWorld.Actor;
import dev.millrace.task.Outcome;
import dev.millrace.task.TaskState;
import dev.millrace.testkit.DiskCall.Operation;
import dev.millrace.testkit.FaultyDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All tasks of a file have failed, and are run again together. */
class BulkRetryTest {
    private static final int TASKS = 40;

    @TempDir
    private Path folder;

    private static BatchWorld allFailed(Path folder) throws IOException {
        BatchWorld batches = BatchWorld.in(folder).submit(TASKS);
        Actor actor = batches.queue.actor("first");
        for (int ended = 0; ended < TASKS; ) {
            batches.queue.time.advance(Duration.ofSeconds(1));
            for (Optional<Claim> next = actor.queue().claim();
                    next.isPresent();
                    next = actor.queue().claimAfter(next.get())) {
                actor.queue().settle(next.get(), new Outcome.Failed("bad", ""));
                ended++;
            }
        }
        batches.queue.time.advance(Duration.ofSeconds(1));
        actor.queue().finishUnpublished();
        return batches;
    }

    private static List<TaskView> failed(BatchWorld batches) throws IOException {
        return batches.queue.queue.list(TaskFilter.all().withStates(EnumSet.of(TaskState.FAILED)));
    }

    @Test
    void how_many_are_run_again_together_makes_no_listings() throws Exception {
        BatchWorld batches = allFailed(folder);
        List<TaskView> failed = failed(batches);
        assertThat(failed).hasSize(TASKS);
        FaultyDisk disk = FaultyDisk.over(QuickDisk.local());
        QueueControl control = batches.queue.queueOn(disk).control();
        assertThat(control.retryAll(failed)).hasSize(TASKS).containsValue(Changed.DONE);
        assertThat(control.retryAll(failed).values()).containsOnly(Changed.BEFORE);
        assertThat(disk.count(Operation.LIST)).isLessThan(TASKS / 2);
        assertThat(batches.queue.queue.counts().of(TaskState.PENDING)).isEqualTo(TASKS);
    }

    @Test
    void those_that_were_run_again_are_not_meant_again() throws Exception {
        BatchWorld batches = allFailed(folder);
        QueueControl control = batches.queue.queue.control();
        List<TaskView> all = failed(batches);
        control.retryAll(all.subList(0, 3));
        assertThat(control.notRunAgain(failed(batches))).isEqualTo(all.subList(3, TASKS));
        control.retryAll(all.subList(3, TASKS));
        assertThat(control.notRunAgain(failed(batches))).isEmpty();
    }
}
