package dev.millrace.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.lifecycle.Action;
import dev.millrace.lifecycle.ServeReport;
import dev.millrace.lifecycle.Service;
import dev.millrace.lifecycle.ServicePorts;
import dev.millrace.liveness.Heartbeat;
import dev.millrace.liveness.Heartbeats;
import dev.millrace.queue.QueueLayout;
import dev.millrace.settings.ServeOptions;
import dev.millrace.storage.Disk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stop when the service's record cannot be read: every worker is found, or nothing is claimed. */
class DamagedRecordTest {
    private static final Duration SOON = Duration.ofMinutes(1);
    private static final ServeOptions NOTHING = ServeOptions.defaults();

    @TempDir
    Path home;

    private static Path inService(TestApp app, String name) {
        return app.env.serviceFolder().resolve(name);
    }

    private static void damage(TestApp app) throws IOException {
        Files.writeString(inService(app, "service_record.json"), "{ torn");
    }

    @Test
    void workers_of_a_queue_folder_that_the_settings_do_not_name_are_found() throws Exception {
        try (TestApp app = TestApp.in(home);
                Service service = app.open();
                Service other = app.open()) {
            service.serve(Action.START, TestApp.workers(2).withServiceQueueDir(home.resolve("elsewhere")));
            damage(app);
            ServeReport stopped = other.serve(Action.STOP, NOTHING);
            assertThat(app.processes()).isEmpty();
            assertThat(stopped.status()).isEqualTo("stopped");
            assertThat(stopped.workers()).containsExactly("127.0.0.1:1", "127.0.0.1:2");
            assertThat(stopped.has(ServeReport.Flag.LEGACY_FULL_SHUTDOWN)).isTrue();
            assertThat(inService(app, "service_record.damaged.json")).hasContent("{ torn");
            assertThat(inService(app, "service_record.json")).doesNotExist();
            assertThat(inService(app, "service_place.json")).doesNotExist();
        }
    }

    @Test
    void when_nobody_is_found_nothing_is_claimed_and_the_queue_folder_can_be_given() throws Exception {
        try (TestApp app = TestApp.in(home);
                Service service = app.open();
                Service other = app.open()) {
            Path elsewhere = home.resolve("elsewhere");
            service.serve(Action.START, TestApp.workers(1).withServiceQueueDir(elsewhere));
            damage(app);
            Files.writeString(inService(app, "service_place.json"), "");
            ServeReport lost = other.serve(Action.STOP, NOTHING.withForce(true));
            assertThat(lost.status()).isEqualTo("error");
            assertThat(lost.has(ServeReport.Flag.RECOVERY_REQUIRED)).isTrue();
            assertThat(lost.message())
                    .contains(
                            inService(app, "service_record.json").toString(),
                            "--service-queue-dir",
                            "remove the record");
            assertThat(inService(app, "service_record.json")).hasContent("{ torn");
            assertThat(app.processes()).hasSize(1);
            ServeReport found = other.serve(Action.STOP, NOTHING.withServiceQueueDir(elsewhere));
            assertThat(found.status()).isEqualTo("stopped");
            assertThat(found.workers()).containsExactly("127.0.0.1:1");
            assertThat(app.processes()).isEmpty();
        }
    }

    @Test
    void a_worker_that_is_silent_is_not_proven_to_have_ended() throws Exception {
        try (TestApp app = TestApp.in(home, "heartbeat_timeout = 0.5", "heartbeat_interval = 0.1")) {
            try (Service service = app.open()) {
                beatOnceFromAfar(app);
                damage(app);
                ServeReport partial = service.serve(Action.STOP, NOTHING.withStopTimeout(Duration.ofMillis(200)));
                assertThat(partial.status()).isEqualTo("partial");
                assertThat(partial.pending()).containsExactly("far-away:1");
                ServeReport stopped = service.serve(Action.STOP, NOTHING.withAbandon(List.of("far-away")));
                assertThat(stopped.status()).isEqualTo("stopped");
                assertThat(stopped.has(ServeReport.Flag.ABANDONED)).isTrue();
            }
        }
    }

    private static void beatOnceFromAfar(TestApp app) throws Exception {
        QueueLayout layout = app.layout();
        try (Service service = app.open()) {
            service.queue().prepare();
        }
        Heartbeat beat = FarHost.beat("far-away:1", ServicePorts.system().time().epochSeconds() - 3_600);
        Heartbeats.write(Disk.local(), layout.heartbeats(), beat);
        await().atMost(SOON).until(() -> app.beats().containsKey("far-away:1"));
    }
}
