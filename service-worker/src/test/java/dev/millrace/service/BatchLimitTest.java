package dev.millrace.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.lifecycle.Action;
import dev.millrace.lifecycle.Service;
import dev.millrace.lifecycle.TaskReceipt;
import dev.millrace.liveness.Heartbeat;
import dev.millrace.settings.ServeOptions;
import dev.millrace.task.BatchName;
import dev.millrace.task.Task;
import dev.millrace.task.TaskState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The setting {@code batch_limit}, from the app's file to the files of a running service. */
class BatchLimitTest {
    private static final Duration SOON = Duration.ofMinutes(1);
    private static final int TASKS = 6;

    @TempDir
    Path home;

    /** The files of tasks of a quick kind that were submitted together, while the worker takes none. */
    private List<String> files(String... settings) throws Exception {
        try (TestApp app = TestApp.in(home, settings);
                Service service = app.open()) {
            service.serve(Action.START, TestApp.workers(1));
            service.drain(List.of(), false);
            await().atMost(SOON).until(() -> app.beats().get("127.0.0.1:1").state() == Heartbeat.State.DRAINING);
            Files.writeString(app.layout().runtimes(), "{\"runtimes\":{\"echo\":0.0001}}");
            List<TaskReceipt> tasks = service.submitAll(Collections.nCopies(TASKS, Task.of("echo")));
            List<String> files = app.names(app.layout().folder(TaskState.PENDING));
            service.drain(List.of(), true);
            for (TaskReceipt task : tasks) assertThat(task.await(SOON).isDone()).isTrue();
            service.serve(Action.STOP, ServeOptions.defaults());
            return files;
        }
    }

    @Test
    void one_keeps_each_task_in_a_file_of_its_own() throws Exception {
        assertThat(files("launcher = \"in-process\"", "batch_limit = 1"))
                .hasSize(TASKS)
                .noneMatch(BatchName::isBatchFile);
    }

    @Test
    void when_nothing_is_said_quick_tasks_share_a_file() throws Exception {
        assertThat(files("launcher = \"in-process\"")).hasSize(1).allMatch(BatchName::isBatchFile);
    }
}
