package dev.millrace.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.lifecycle.Action;
import dev.millrace.lifecycle.ServeReport;
import dev.millrace.lifecycle.Service;
import dev.millrace.lifecycle.ServiceFiles;
import dev.millrace.lifecycle.ServicePorts;
import dev.millrace.lifecycle.ServiceRecord;
import dev.millrace.lifecycle.WorkerEntry;
import dev.millrace.lifecycle.WorkerLauncher;
import dev.millrace.liveness.Heartbeat;
import dev.millrace.liveness.Heartbeats;
import dev.millrace.liveness.ProcessIdentity;
import dev.millrace.liveness.Processes;
import dev.millrace.queue.Member;
import dev.millrace.queue.QueueLayout;
import dev.millrace.queue.RetentionReport;
import dev.millrace.settings.Launcher;
import dev.millrace.settings.ServeOptions;
import dev.millrace.storage.Disk;
import dev.millrace.task.TaskState;
import dev.millrace.time.Time;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left of the past: a running service removes it of itself, and so does a command, which tells how much. */
class HousekeepingTest {
    private static final Duration SOON = Duration.ofMinutes(1);
    private static final Duration OLD = Duration.ofHours(2);
    private static final ServeOptions NOTHING = ServeOptions.defaults();
    private static final String[] SETTINGS = {
        "launcher = \"in-process\"",
        "cleanup_done_ttl_sec = 3600",
        "cleanup_failed_ttl_sec = 3600",
        "cleanup_heartbeat_ttl_sec = 3600"
    };

    @TempDir
    Path home;

    /** One old file and one young one in each folder that is swept. */
    private static void litter(TestApp app) throws IOException {
        QueueLayout layout = app.layout();
        for (TaskState state : List.of(TaskState.DONE, TaskState.FAILED)) {
            file(layout.folder(state), "old.task.json", OLD);
            file(layout.folder(state), "young.task.json", Duration.ZERO);
        }
        file(layout.heartbeats(), "099-gone.json", OLD);
    }

    private static void file(Path folder, String name, Duration age) throws IOException {
        Path file = Files.writeString(Files.createDirectories(folder).resolve(name), "{\"status\": \"done\"}");
        Files.setLastModifiedTime(file, FileTime.from(Time.system().instant().minus(age)));
    }

    private static boolean isTidy(TestApp app) throws IOException {
        return app.names(app.layout().folder(TaskState.DONE)).equals(List.of("young.task.json"))
                && app.names(app.layout().folder(TaskState.FAILED)).equals(List.of("young.task.json"))
                && !app.names(app.layout().heartbeats()).contains("099-gone.json");
    }

    @Test
    void a_running_service_removes_what_is_too_old_though_nobody_gives_a_command() throws Exception {
        try (TestApp app = TestApp.in(home, SETTINGS);
                Service service = app.open()) {
            service.serve(Action.START, TestApp.workers(1));
            litter(app);
            await().atMost(SOON).until(() -> isTidy(app));
            assertThat(service.serve(Action.STOP, NOTHING).status()).isEqualTo("stopped");
        }
    }

    /** Workers that beat once and do nothing else, so that nobody but the command keeps the house. */
    private static final class Puppets implements WorkerLauncher {
        @Override
        public boolean serves(Launcher launcher, String host) {
            return true;
        }

        @Override
        public ProcessIdentity launch(ServiceFiles files, ServiceRecord record, WorkerEntry worker) throws IOException {
            Member life = Member.newLife(worker.id(), worker.name(), new Random(7));
            double now = Time.system().epochSeconds();
            Heartbeat beat = new Heartbeat(
                    worker.id(),
                    worker.name(),
                    Processes.local().self(),
                    life.incarnation(),
                    now,
                    Heartbeat.State.RUNNING,
                    1,
                    now,
                    1,
                    List.of(),
                    Optional.empty(),
                    Optional.empty());
            Heartbeats.write(Disk.local(), new QueueLayout(record.queueDir()).heartbeats(), beat);
            return ProcessIdentity.unknown();
        }

        @Override
        public boolean kill(ServiceRecord record, WorkerEntry worker, ProcessIdentity process) {
            return true;
        }
    }

    @Test
    void start_status_and_health_remove_what_is_too_old_and_tell_how_much() throws Exception {
        TestApp app = TestApp.in(home, SETTINGS);
        try (Service service = Service.open(app.env, ServicePorts.system().withLaunchers(List.of(new Puppets())))) {
            service.serve(Action.STATUS, NOTHING);
            litter(app);
            assertSwept(service.serve(Action.START, TestApp.workers(1)));
            litter(app);
            assertSwept(service.serve(Action.STATUS, NOTHING));
            assertThat(service.serve(Action.STATUS, NOTHING).cleanup()).contains(RetentionReport.none());
            litter(app);
            assertThat(service.health(NOTHING).toJson().path("cleanup").toString())
                    .isEqualTo("{\"done\":1,\"failed\":1,\"heartbeats\":1}");
            litter(app);
            service.serve(Action.STATUS, NOTHING.withObserve(true));
            assertThat(isTidy(app)).as("a look removes nothing").isFalse();
            service.serve(Action.STOP, NOTHING.withForce(true).withStopTimeout(Duration.ZERO));
            assertThat(isTidy(app)).as("a stop removes nothing").isFalse();
            assertSwept(service.serve(Action.STATUS, NOTHING));
        }
    }

    private static void assertSwept(ServeReport report) {
        assertThat(report.toJson().path("cleanup").toString())
                .as(report.status())
                .isEqualTo("{\"done\":1,\"failed\":1,\"heartbeats\":1}");
    }
}
