package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.queue.QueueControl.Cancelled;
import dev.millrace.queue.QueueWorld.Actor;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tasks of a file that a worker has are called off before their turn comes, which may be hours away. */
class BatchCancelTest {
    private static final int TASKS = 6;

    @TempDir
    private Path folder;

    private BatchWorld world;
    private Actor worker;

    @BeforeEach
    void open() throws IOException {
        world = BatchWorld.in(folder).submit(TASKS);
        worker = world.queue.actor("worker");
    }

    private String stem(int index) {
        return world.submitted.get(index).stem();
    }

    private TaskState stateOf(int index) throws IOException {
        return world.queue.queue.locate(stem(index)).orElseThrow().state();
    }

    private void soon() throws IOException {
        world.queue.time.advance(Duration.ofMillis(200));
        worker.queue().finishUnpublished();
    }

    @Test
    void one_that_waits_ends_soon_while_another_runs_and_is_never_run() throws IOException {
        Claim running = worker.claim();
        QueueControl control = world.queue.queue.control();
        assertThat(control.cancel(stem(0), "no")).isEqualTo(Cancelled.ASKED);
        assertThat(control.cancel(stem(4), "no")).isEqualTo(Cancelled.ASKED);
        soon();
        assertThat(stateOf(4)).isEqualTo(TaskState.CANCELLED);
        assertThat(stateOf(0)).as("the one that runs").isEqualTo(TaskState.RUNNING);
        assertThat(stateOf(5)).isEqualTo(TaskState.RUNNING);
        assertThat(world.record(4).error()).contains("no");
        worker.done(running, "x");
        List<String> ran = new ArrayList<>();
        for (Optional<Claim> next = worker.queue().claim();
                next.isPresent();
                next = worker.queue().claim()) {
            ran.add(next.get().id());
            worker.done(next.get(), "x");
        }
        assertThat(ran).containsExactly("t1", "t2", "t3", "t5");
        soon();
        assertThat(world.queue.queue.counts().of(TaskState.CANCELLED)).isEqualTo(1);
        assertThat(world.queue.queue.counts().of(TaskState.DONE)).isEqualTo(TASKS - 1);
    }

    @Test
    void one_that_waits_to_be_tried_again_ends_soon_too() throws IOException {
        Claim first = worker.claim();
        worker.queue().settle(first, QueueWorld.retry(Duration.ofHours(1)));
        Claim second = worker.queue().claimAfter(first).orElseThrow();
        soon();
        assertThat(stateOf(0)).isEqualTo(TaskState.RUNNING);
        world.queue.queue.control().cancel(stem(0), "no");
        soon();
        assertThat(stateOf(0)).isEqualTo(TaskState.CANCELLED);
        worker.done(second, "x");
    }
}
