package dev.millrace.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.queue.Dependencies;
import dev.millrace.queue.Submission;
import dev.millrace.queue.TaskGroup;
import dev.millrace.task.DependencyPolicy;
import dev.millrace.task.Task;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What handlers find of the tasks for which theirs has waited. */
class DependenciesTest {
    @TempDir
    private Path folder;

    private LoopWorld world;

    @BeforeEach
    void setUp() throws IOException {
        world = new LoopWorld(folder);
    }

    /** Doubles its number; or adds up what those before it have returned; or fails. */
    private static Object handle(TaskContext task) throws Exception {
        if (task.args().path("fails").asBoolean()) throw new IOException("no number");
        if (task.args().has("n")) return 2 * task.args().path("n").asInt();
        Dependencies before = task.dependencies();
        int sum =
                before.results().values().stream().mapToInt(one -> one.asInt()).sum();
        return Map.of("sum", sum, "failed", before.counts().getOrDefault(TaskState.FAILED, 0));
    }

    private void run() throws IOException {
        world.runs(DependenciesTest::handle);
        for (int i = 0; i < 8; i++) {
            world.mine().unblock();
            world.step();
        }
    }

    private static Task number(int n) {
        return LoopWorld.task().id("n" + n).args(Map.of("n", n));
    }

    @Test
    void a_fan_in_gets_the_results_of_its_fan_out() throws IOException {
        world.queue.submitAll(
                List.of(number(1), number(2), LoopWorld.task().id("bad").args(Map.of("fails", true))));
        Submission sum = world.queue.submit(
                LoopWorld.task().dependsOn("n1", "n2", "bad").onDependencyFailure(DependencyPolicy.RUN));
        run();
        assertThat(world.read(sum).result().path("sum").asInt()).isEqualTo(6);
        assertThat(world.read(sum).result().path("failed").asInt()).isEqualTo(1);
    }

    @Test
    void a_callback_gets_the_results_of_its_group() throws IOException {
        Submission callback = world.queue
                .submitGroup(new TaskGroup("numbers", List.of(number(3), number(4)), LoopWorld.task()))
                .callback();
        run();
        assertThat(world.read(callback).result().path("sum").asInt()).isEqualTo(14);
    }
}
