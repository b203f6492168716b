package dev.millrace.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.lifecycle.Action;
import dev.millrace.lifecycle.Service;
import dev.millrace.lifecycle.TaskReceipt;
import dev.millrace.settings.ServeOptions;
import dev.millrace.task.Task;
import dev.millrace.task.TaskState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code [service.serves]}, from the app's file to what the workers of a running service take. */
class ServesTest {
    private static final Duration SOON = Duration.ofMinutes(1);

    @TempDir
    Path home;

    @Test
    void a_worker_takes_only_the_kinds_that_it_serves() throws Exception {
        try (TestApp app = TestApp.in(
                        home,
                        "launcher = \"in-process\"",
                        "[service.serves]",
                        "\"127.0.0.1:1\" = [\"echo\"]",
                        "\"127.0.0.1:2\" = [\"count\"]");
                Service service = app.open()) {
            service.serve(Action.START, TestApp.workers(2));
            TaskReceipt unserved = nobodys(service);
            List<TaskReceipt> echoes = new ArrayList<>();
            for (int i = 0; i < 10; i++) echoes.add(service.submit(Task.of("echo")));
            TaskReceipt count = service.submit(
                    Task.of("count").args(Map.of("file", home.resolve("counted").toString())));
            for (TaskReceipt echo : echoes)
                assertThat(echo.await(SOON).result().path("worker").asText()).isEqualTo("127.0.0.1:1");
            assertThat(count.await(SOON).isDone()).isTrue();
            assertThat(service.queue().locate(unserved.stem()).orElseThrow().state())
                    .as("it was the first in line")
                    .isEqualTo(TaskState.PENDING);
            service.serve(Action.STOP, ServeOptions.defaults());
        }
    }

    private static TaskReceipt nobodys(Service service) throws Exception {
        return service.submit(Task.of("look").args(Map.of("folder", "nowhere")));
    }
}
