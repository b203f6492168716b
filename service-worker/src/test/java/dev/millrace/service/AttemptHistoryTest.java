package dev.millrace.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.lifecycle.Action;
import dev.millrace.lifecycle.Service;
import dev.millrace.lifecycle.TaskReceipt;
import dev.millrace.lifecycle.TaskResult;
import dev.millrace.liveness.Heartbeat;
import dev.millrace.task.RetryPolicy;
import dev.millrace.task.Task;
import dev.millrace.task.TaskState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A task that fails in every way, with real processes: the attempts follow one another and all of them are told. */
class AttemptHistoryTest {
    private static final Duration SOON = Duration.ofMinutes(1);
    private static final RetryPolicy QUICK = RetryPolicy.fixed(Duration.ofMillis(100));

    @TempDir
    Path home;

    @Test
    void failures_deaths_and_time_limits_stand_side_by_side_until_the_task_is_done() throws Exception {
        try (TestApp app = TestApp.in(
                        home, "heartbeat_interval = 0.1", "kinds = {phases = {max_attempts = 9, timeout_sec = 3}}");
                Service service = app.open()) {
            service.serve(Action.START, TestApp.workers(2));
            TaskReceipt task = service.submit(Task.of("phases")
                    .args(Map.of("phases", List.of("throw", "die", "hang", "done")))
                    .retry(QUICK));
            await().atMost(SOON).until(() -> progress(app).equals(Optional.of(new Heartbeat.Progress(0.5, "hang"))));
            TaskResult result = task.await(SOON);
            assertThat(result.state()).as("%s", result).isEqualTo(TaskState.DONE);
            assertThat(result.result().asInt()).isEqualTo(4);
            JsonNode document = result.document().orElseThrow();
            assertThat(told(document)).containsExactly("1 failed", "2 died", "3 failed", "4 done");
            assertThat(document.path("attempts").path(0).path("error_class").asText())
                    .isEqualTo("java.io.IOException");
            assertThat(document.path("attempts").path(2).path("timed_out").asBoolean())
                    .isTrue();
            assertThat(document.path("progress").path("message").asText()).isEqualTo("done");
        }
    }

    @Test
    void a_task_without_attempts_left_has_failed_with_all_of_them() throws Exception {
        try (TestApp app = TestApp.in(home);
                Service service = app.open()) {
            service.serve(Action.START, TestApp.workers(2));
            Task task = Task.of("phases")
                    .args(Map.of("phases", List.of("throw", "die", "throw")))
                    .maxAttempts(3);
            TaskResult result = service.submit(task.retry(QUICK)).await(SOON);
            assertThat(result.state()).isEqualTo(TaskState.FAILED);
            assertThat(result.error()).contains("IOException: as it was asked to");
            assertThat(told(result.document().orElseThrow())).containsExactly("1 failed", "2 died", "3 failed");
        }
    }

    private static Optional<Heartbeat.Progress> progress(TestApp app) throws java.io.IOException {
        return app.beats().values().stream()
                .filter(beat -> !beat.state().isEnded())
                .flatMap(beat -> beat.currentTasks().stream())
                .flatMap(task -> task.progress().stream())
                .filter(progress -> progress.message().equals("hang"))
                .findFirst();
    }

    private static List<String> told(JsonNode document) {
        List<String> told = new ArrayList<>();
        for (JsonNode attempt : document.path("attempts"))
            told.add(attempt.path("attempt").asInt() + " "
                    + attempt.path("outcome").asText());
        return told;
    }
}
