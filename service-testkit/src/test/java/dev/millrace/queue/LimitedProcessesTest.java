package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.task.Task;
import dev.millrace.task.TaskState;
import dev.millrace.time.Time;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Limits that hold over real processes, of which there are one more than may run a task of a kind at once. */
class LimitedProcessesTest {
    private static final int TASKS = 100;

    /** Half as many again as begin at once. */
    private static final int RATED = LimitedProcess.RATE * 3 / 2;

    private static final int KEYED = 40;
    private static final int KEYS = 4;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void never_do_more_of_a_kind_or_key_run_nor_begin_than_may(int most) throws Exception {
        QueueWorld world = QueueWorld.in(folder, LimitedProcess.options(most));
        submitTo(world);
        Path places = Files.createDirectory(folder.resolve("places"));
        List<TestProcess> all = new ArrayList<>();
        try {
            for (int i = 0; i <= most; i++) all.add(start(world, "worker" + i, places, most));
            for (TestProcess one : all) assertThat(one.line()).isEqualTo("ready");
            long begun = Time.system().millis();
            for (TestProcess one : all) one.go();
            int done = 0;
            long lastRated = begun;
            for (TestProcess one : all) {
                String[] counts = one.lastLine().split(" ");
                done += Integer.parseInt(counts[0]);
                assertThat(counts[1])
                        .as("tasks that ran beside too many others")
                        .isEqualTo("0");
                lastRated = Math.max(lastRated, Long.parseLong(counts[2]));
            }
            assertThat(done).isEqualTo(TASKS + RATED + KEYED);
            assertThat(world.queue.counts().of(TaskState.DONE)).isEqualTo(done);
            assertThat(LimitedProcess.RATE * (1 + (lastRated - begun) / 1e3))
                    .as("as many as may begin in " + (lastRated - begun) + " ms")
                    .isGreaterThanOrEqualTo(RATED);
        } finally {
            for (TestProcess one : all) one.close();
        }
    }

    private static void submitTo(QueueWorld world) throws IOException {
        world.queue.submitAll(Collections.nCopies(TASKS, Task.of("k")));
        world.queue.submitAll(Collections.nCopies(RATED, Task.of(LimitedProcess.RATED)));
        List<Task> keyed = new ArrayList<>();
        for (int i = 0; i < KEYED; i++) keyed.add(Task.of("keyed").concurrencyKey("customer-" + i % KEYS));
        world.queue.submitAll(keyed);
    }

    private static TestProcess start(QueueWorld world, String name, Path places, int most) throws IOException {
        return TestProcess.of(
                LimitedProcess.class, world.root.toString(), name, places.toString(), Integer.toString(most));
    }
}
