package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.queue.QueueWorld.Actor;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Files of other programs that are for one worker. */
class TargetsTest extends WithOneWorker {
    private void drop(String forWorker) throws IOException {
        world.pendingFile("report.task.json", QueueWorld.foreignWith(Map.of("worker", forWorker)));
    }

    @Test
    void a_name_that_comes_again_for_another_worker_is_run_by_that_one() throws IOException {
        Actor other = world.actor("other");
        for (Actor actor : Set.of(worker, other)) actor.queue().knowWorkers(() -> Set.of("worker", "other"));
        drop("other");
        assertThat(worker.queue().claim()).isEmpty();
        assertThat(world.drain(other)).containsExactly("report");
        drop("worker");
        assertThat(world.drain(other)).isEmpty();
        world.time.advance(Duration.ofSeconds(31));
        assertThat(world.drain(worker)).containsExactly("report");
    }
}
