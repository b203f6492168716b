package dev.millrace.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.lifecycle.Action;
import dev.millrace.lifecycle.ServeReport;
import dev.millrace.lifecycle.Service;
import dev.millrace.lifecycle.ServiceException;
import dev.millrace.lifecycle.TaskReceipt;
import dev.millrace.settings.ServeOptions;
import dev.millrace.task.Task;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A stop that keeps the workers. */
class ParkingTest {
    private static final Duration SOON = Duration.ofMinutes(1);
    private static final ServeOptions PARK = ServeOptions.defaults().withShutdownOnStop(false);

    @TempDir
    Path home;

    @Test
    void a_stop_that_keeps_the_workers_is_partial_while_one_is_busy_and_complete_when_it_is_done() throws Exception {
        try (TestApp app = TestApp.in(home, "slots = 1");
                Service service = app.open()) {
            service.serve(Action.START, TestApp.workers(2));
            Path folder = Files.createDirectories(home.resolve("gate"));
            TaskReceipt busy =
                    service.submit(Task.of("gate").worker("127.0.0.1:2").args(Map.of("folder", folder.toString())));
            await().atMost(SOON).until(() -> Files.exists(folder.resolve("began-" + busy.id() + "-1")));

            for (int i = 0; i < 2; i++) {
                ServeReport partial = service.serve(Action.STOP, PARK.withStopTimeout(Duration.ofSeconds(1)));
                assertThat(partial.status()).isEqualTo("partial");
                assertThat(partial.workers()).containsExactly("127.0.0.1:1");
                assertThat(partial.pending()).containsExactly("127.0.0.1:2");
                assertThat(partial.has(ServeReport.Flag.RECOVERY_REQUIRED)).isTrue();
                assertThat(partial.message()).contains("127.0.0.1:2").doesNotContain("--force");
            }
            assertThat(app.processes()).hasSize(2);
            Files.createFile(folder.resolve("open"));
            ServeReport parked = service.serve(Action.STOP, PARK);
            assertThat(parked.status()).isEqualTo("stopped");
            assertThat(parked.workers()).containsExactly("127.0.0.1:1", "127.0.0.1:2");
            assertThat(busy.await(SOON).isDone()).isTrue();
            assertThat(app.processes()).hasSize(2);
            assertThatThrownBy(() -> service.submit(Task.of("echo"))).isInstanceOf(ServiceException.NotRunning.class);

            assertThat(service.serve(Action.START, ServeOptions.defaults()).has(ServeReport.Flag.RECOVERED))
                    .isTrue();
            assertThat(service.submit(Task.of("echo").worker("127.0.0.1:2"))
                            .await(SOON)
                            .isDone())
                    .isTrue();
            assertThat(service.serve(Action.STOP, ServeOptions.defaults()).status())
                    .isEqualTo("stopped");
            assertThat(app.processes()).isEmpty();
        }
    }
}
