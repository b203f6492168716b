package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.task.Task;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real processes, one more than may run a task of a kind at once. */
class LimitedProcessesTest {
    private static final int TASKS = 100;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void never_do_more_of_a_kind_run_than_its_limit(int most) throws Exception {
        QueueWorld world = QueueWorld.in(folder, LimitedProcess.options(most));
        world.queue.submitAll(Collections.nCopies(TASKS, Task.of("k")));
        Path places = Files.createDirectory(folder.resolve("places"));
        List<TestProcess> all = new ArrayList<>();
        try {
            for (int i = 0; i <= most; i++) all.add(start(world, "worker" + i, places, most));
            for (TestProcess one : all) assertThat(one.line()).isEqualTo("ready");
            for (TestProcess one : all) one.go();
            int done = 0;
            for (TestProcess one : all) {
                String[] counts = one.lastLine().split(" ");
                done += Integer.parseInt(counts[0]);
                assertThat(counts[1])
                        .as("tasks that ran beside too many others")
                        .isEqualTo("0");
            }
            assertThat(done).isEqualTo(TASKS);
            assertThat(world.queue.counts().of(TaskState.DONE)).isEqualTo(TASKS);
        } finally {
            for (TestProcess one : all) one.close();
        }
    }

    private static TestProcess start(QueueWorld world, String name, Path places, int most) throws IOException {
        return TestProcess.of(
                LimitedProcess.class, world.root.toString(), name, places.toString(), Integer.toString(most));
    }
}
