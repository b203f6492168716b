package dev.millrace.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.lifecycle.Action;
import dev.millrace.lifecycle.Service;
import dev.millrace.lifecycle.TaskReceipt;
import dev.millrace.liveness.Heartbeat;
import dev.millrace.settings.ServeOptions;
import dev.millrace.task.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A worker that is drained with a deadline, while it runs a task that does not end. */
class DrainDeadlineTest {
    private static final Duration SOON = Duration.ofMinutes(1);
    private static final Duration DEADLINE = Duration.ofSeconds(2);

    @TempDir
    Path home;

    private static Optional<String> whoRuns(TestApp app, String id) throws IOException {
        return app.beats().values().stream()
                .filter(beat ->
                        beat.currentTasks().stream().anyMatch(task -> task.id().equals(id)))
                .map(Heartbeat::worker)
                .findFirst();
    }

    private static Heartbeat beat(TestApp app, String worker) throws IOException {
        return Objects.requireNonNull(app.beats().get(worker), worker + " does not beat");
    }

    /** Drained without a deadline before, which counts for nothing. */
    @Test
    void what_has_not_ended_at_the_deadline_runs_elsewhere_in_the_same_attempt() throws Exception {
        try (TestApp app = TestApp.in(home, "launcher = \"in-process\"", "slots = 1", "heartbeat_interval = 0.2");
                Service service = app.open()) {
            service.serve(Action.START, TestApp.workers(2));
            Path folder = Files.createDirectories(home.resolve("gate"));
            TaskReceipt task = service.submit(Task.of("gate").maxAttempts(1).args(Map.of("folder", folder.toString())));
            await().atMost(SOON).until(() -> whoRuns(app, task.id()).isPresent());
            String first = whoRuns(app, task.id()).orElseThrow();
            Path began = folder.resolve("began-" + task.id() + "-1");
            service.drain(List.of(first), false);
            await().atMost(SOON).until(() -> beat(app, first).state() == Heartbeat.State.DRAINING);
            Files.delete(began);

            long asked = System.nanoTime();
            service.drainWithin(List.of(first), DEADLINE);
            await().pollInterval(Duration.ofMillis(20)).atMost(SOON).until(() -> Files.exists(began));
            assertThat(Duration.ofNanos(System.nanoTime() - asked)).isGreaterThanOrEqualTo(DEADLINE);

            Files.createFile(folder.resolve("open"));
            assertThat(task.await(SOON).result().asInt()).isEqualTo(1);
            var record = service.queue()
                    .read(service.queue().locate(task.stem()).orElseThrow())
                    .orElseThrow();
            assertThat(record.value("worker_name").asText()).isNotEqualTo(first);
            assertThat(folder).isDirectoryNotContaining("glob:**began-*-2");
            service.serve(Action.STOP, ServeOptions.defaults());
        }
    }
}
