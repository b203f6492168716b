package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.task.BatchName;
import dev.millrace.task.Task;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tasks that are known to be quick share files, which a worker that follows AGILAB's loop does not see. Where one drains
 * the queue, {@code batch_limit = 1} keeps each task in a file of its own.
 */
class PythonBesideQuickTasksTest {
    private static final Path WORKER =
            Path.of("src/test/python/agilab_worker.py").toAbsolutePath();
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int TASKS = 60;

    @TempDir
    private Path folder;

    private static boolean hasPython() throws InterruptedException {
        try {
            return new ProcessBuilder("python3", "-c", "import json").start().waitFor() == 0;
        } catch (IOException missing) {
            return false;
        }
    }

    /** Tasks of kind "k" are known to be quick; each may be run by anybody. */
    private static void submit(QueueWorld world) throws IOException {
        Files.writeString(world.layout().runtimes(), "{\"runtimes\":{\"k\":0.0001}}");
        List<Task> tasks = new ArrayList<>();
        for (int i = 0; i < TASKS; i++) tasks.add(Task.of("k").id("t" + i));
        world.queue.submitAll(tasks);
    }

    private static Process python(QueueWorld world, String... more) throws IOException {
        List<String> command = new ArrayList<>(List.of("python3", WORKER.toString(), world.root.toString(), "py", "7"));
        command.addAll(List.of(more));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    private static void awaitEnd(Process python) throws Exception {
        String text = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(python.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(python.exitValue()).as(text).isZero();
    }

    @Test
    void with_a_batch_limit_of_one_quick_tasks_stay_single_files_and_both_drain_them() throws Exception {
        assumeTrue(hasPython(), "python3 is missing; install it to see that other languages can take part");
        QueueWorld world = QueueWorld.in(folder, QueueWorld.OPTIONS.withBatchLimit(1));
        QueueWorld.Actor ours = world.actor("ours");
        submit(world);
        assertThat(world.names(TaskState.PENDING)).hasSize(TASKS).noneMatch(BatchName::isBatchFile);
        Process python = python(world, "--idle-exit", "1.5");
        await().atMost(PATIENCE).until(() -> world.names(TaskState.DONE).size() > 3);
        world.drain(ours);
        awaitEnd(python);
        assertThat(world.names(TaskState.DONE)).hasSize(TASKS).noneMatch(BatchName::isBatchFile);
        for (TaskState other : List.of(TaskState.PENDING, TaskState.RUNNING, TaskState.FAILED))
            assertThat(world.names(other)).as(other.word()).isEmpty();
        assertThat(finishedBy(world, "py")).isGreaterThan(3);
        assertThat(finishedBy(world, "py") + finishedBy(world, "ours")).isEqualTo(TASKS);
    }

    private static long finishedBy(QueueWorld world, String worker) throws IOException {
        long count = 0;
        for (TaskView view : world.queue.list(TaskFilter.all()))
            if (worker.equals(
                    world.queue.read(view).orElseThrow().value("worker_name").textValue())) count++;
        return count;
    }

    /** Why the limit is there at all. */
    @Test
    void without_it_they_share_a_file_that_the_other_worker_leaves_to_ours() throws Exception {
        assumeTrue(hasPython(), "python3 is missing; install it to see that other languages can take part");
        QueueWorld world = QueueWorld.in(folder);
        submit(world);
        assertThat(world.names(TaskState.PENDING)).hasSize(1).allMatch(BatchName::isBatchFile);
        awaitEnd(python(world, "--idle-exit", "0.5"));
        assertThat(world.names(TaskState.PENDING)).as("left alone").hasSize(1);
        assertThat(world.names(TaskState.DONE)).isEmpty();
    }
}
