package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.storage.Durability;
import dev.millrace.task.TaskState;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes that submit the same unique keys at the same time. */
class UniqueProcessesTest {
    private static final int KEYS = 300;

    @TempDir
    private Path folder;

    private record Submitting(Process process, BufferedReader output) {
        static Submitting start(QueueWorld world, String name) throws IOException {
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            System.getProperty("java.class.path"),
                            UniqueProcess.class.getName(),
                            world.root.toString(),
                            name,
                            Integer.toString(KEYS))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return new Submitting(
                    process,
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)));
        }

        void go() throws IOException {
            process.getOutputStream().write('\n');
            process.getOutputStream().flush();
        }

        int added() throws Exception {
            String line = output.readLine();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            return Integer.parseInt(line);
        }
    }

    @Test
    void of_each_key_that_two_processes_submit_at_once_one_task_is_added() throws Exception {
        QueueWorld world = QueueWorld.in(folder, QueueWorld.OPTIONS.withDurability(Durability.OS));
        List<Submitting> both = new ArrayList<>();
        try {
            for (String name : List.of("a", "b")) both.add(Submitting.start(world, name));
            for (Submitting one : both) assertThat(one.output().readLine()).isEqualTo("ready");
            for (Submitting one : both) one.go();
            int added = both.get(0).added() + both.get(1).added();
            assertThat(added).isEqualTo(KEYS);
            assertThat(world.names(TaskState.PENDING)).hasSize(KEYS);
        } finally {
            for (Submitting one : both) one.process().destroyForcibly();
        }
    }
}
