package dev.millrace.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.lifecycle.Action;
import dev.millrace.lifecycle.ServeReport;
import dev.millrace.lifecycle.Service;
import dev.millrace.lifecycle.TaskReceipt;
import dev.millrace.lifecycle.TaskResult;
import dev.millrace.liveness.Heartbeat;
import dev.millrace.settings.ServeOptions;
import dev.millrace.task.ClaimName;
import dev.millrace.task.Task;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A task that runs for longer than a worker may be silent. */
class LongTaskTest {
    private static final Duration SOON = Duration.ofMinutes(1);
    private static final Duration TIMEOUTS = Duration.ofSeconds(4);
    private static final String WORKER = "127.0.0.1:1";

    @TempDir
    Path home;

    /** The life of the worker that holds the only claim. */
    private static String owner(TestApp app) throws IOException {
        List<String> running = app.names(app.layout().folder(TaskState.RUNNING));
        assertThat(running).hasSize(1);
        return ClaimName.parse(running.get(0)).orElseThrow().incarnation();
    }

    private static boolean isHeld(TestApp app, String owner) throws IOException {
        Heartbeat beat = app.beats().get(WORKER);
        return owner(app).equals(owner)
                && beat.incarnation().equals(owner)
                && beat.state() == Heartbeat.State.PROCESSING;
    }

    @Test
    void it_stays_with_its_worker_whose_beat_goes_on_and_keeps_its_first_attempt() throws Exception {
        Path folder = Files.createDirectories(home.resolve("gate"));
        try (TestApp app = TestApp.in(home, "heartbeat_timeout = 1", "heartbeat_interval = 0.2");
                Service service = app.open()) {
            service.serve(Action.START, TestApp.workers(1));
            TaskReceipt task = service.submit(Task.of("gate").id("long").args(Map.of("folder", folder.toString())));
            await().atMost(SOON).until(() -> Files.exists(folder.resolve("began-long-1")));
            await().atMost(SOON).until(() -> app.beats().get(WORKER).state() == Heartbeat.State.PROCESSING);
            String owner = owner(app);
            long sequence = app.beats().get(WORKER).sequence();
            await().during(TIMEOUTS).atMost(SOON).until(() -> isHeld(app, owner));
            assertThat(app.beats().get(WORKER).sequence()).isGreaterThan(sequence + 4);
            ServeReport look = service.serve(Action.STATUS, ServeOptions.defaults());
            assertThat(look.restarted()).isEmpty();
            assertThat(look.workerHealth())
                    .allSatisfy(row -> assertThat(row.healthy()).isTrue());
            Files.createFile(folder.resolve("open"));
            TaskResult result = task.await(SOON);
            assertThat(result.isDone()).isTrue();
            assertThat(result.result().intValue()).as("attempt").isEqualTo(1);
            assertThat(result.document()
                            .orElseThrow()
                            .path("claim")
                            .path("worker_incarnation")
                            .asText())
                    .isEqualTo(owner);
            assertThat(app.names(folder)).containsExactly("began-long-1", "open");
        }
    }
}
