package dev.millrace.worker;

import static dev.millrace.worker.LoopWorld.task;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.queue.Claim;
import dev.millrace.queue.Submission;
import dev.millrace.queue.WorkerQueue;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of running tasks when their worker is drained and its time is up. */
class GiveBackTest {
    @TempDir
    Path folder;

    private final List<String> seen = new ArrayList<>();
    private LoopWorld world;

    @BeforeEach
    void prepare() throws IOException {
        world = new LoopWorld(folder);
    }

    @Test
    void a_handler_that_is_interrupted_loses_its_task_to_others_without_spending_an_attempt() throws IOException {
        world.runs(task -> {
            world.loop().park();
            world.loop().giveBack("drained");
            boolean interrupted = Thread.interrupted();
            seen.add("cancelled " + task.isCancelled() + ", interrupted " + interrupted);
            if (interrupted) throw new InterruptedException("as it should");
            return "not interrupted";
        });
        Submission task = world.queue.submit(task().maxAttempts(1));
        world.step();
        assertThat(seen).containsExactly("cancelled true, interrupted true");
        assertThat(world.stateOf(task)).isEqualTo(TaskState.PENDING);
        try (WorkerQueue other = world.member("other")) {
            Claim again = other.claim().orElseThrow();
            assertThat(again.attempt()).isEqualTo(1);
        }
    }

    @Test
    void a_handler_that_comes_to_its_end_all_the_same_has_done_its_task() throws IOException {
        world.runs(task -> {
            world.loop().park();
            world.loop().giveBack("drained");
            boolean interrupted = Thread.interrupted();
            return interrupted ? "in time" : "not interrupted";
        });
        Submission task = world.queue.submit(task());
        world.step();
        assertThat(world.stateOf(task)).isEqualTo(TaskState.DONE);
        assertThat(world.read(task).result().asText()).isEqualTo("in time");
    }

    @Test
    void one_that_does_not_hear_is_given_up_and_put_back() throws IOException {
        world.runs(task -> {
            world.loop().park();
            world.loop().giveBack("drained");
            world.pass(LoopWorld.GRACE.plus(Duration.ofSeconds(1)));
            return "too late";
        });
        Submission task = world.queue.submit(task());
        world.step();
        assertThat(world.stateOf(task)).isEqualTo(TaskState.PENDING);
        assertThat(world.loop().isExhausted()).as("its thread cannot be ended").isTrue();
    }
}
