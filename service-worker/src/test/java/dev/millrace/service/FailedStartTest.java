package dev.millrace.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.launch.InProcessLauncher;
import dev.millrace.lifecycle.Action;
import dev.millrace.lifecycle.ServeReport;
import dev.millrace.lifecycle.Service;
import dev.millrace.lifecycle.ServiceException;
import dev.millrace.lifecycle.ServiceFiles;
import dev.millrace.lifecycle.ServicePorts;
import dev.millrace.lifecycle.ServiceRecord;
import dev.millrace.lifecycle.WorkerEntry;
import dev.millrace.lifecycle.WorkerLauncher;
import dev.millrace.liveness.ProcessIdentity;
import dev.millrace.settings.Launcher;
import dev.millrace.settings.ServeOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starts and restarts that fail. */
class FailedStartTest {
    private static final Duration SOON = Duration.ofMinutes(1);
    private static final ServeOptions NOTHING = ServeOptions.defaults();

    @TempDir
    Path home;

    private TestApp app;
    private Service service;

    @BeforeEach
    void open() throws IOException {
        app = TestApp.in(home, "launcher = \"in-process\"", "slots = 2");
        service = app.open();
    }

    @AfterEach
    void close() throws Exception {
        service.serve(
                Action.STOP, NOTHING.withStopTimeout(Duration.ofSeconds(5)).withForce(true));
        service.close();
    }

    /** Lets the first workers begin and breaks at the n-th. */
    private static final class BreakingLauncher implements WorkerLauncher {
        private final int breaksAt;
        private final boolean provable;
        private final List<String> launched = new ArrayList<>();
        private final List<String> killed = new ArrayList<>();

        BreakingLauncher(int breaksAt, boolean provable) {
            this.breaksAt = breaksAt;
            this.provable = provable;
        }

        @Override
        public boolean serves(Launcher launcher, String host) {
            return true;
        }

        @Override
        public ProcessIdentity launch(ServiceFiles files, ServiceRecord record, WorkerEntry worker) throws IOException {
            if (launched.size() == breaksAt) throw new IOException("no more processes");
            launched.add(worker.name());
            return ProcessIdentity.unknown();
        }

        @Override
        public boolean kill(ServiceRecord record, WorkerEntry worker, ProcessIdentity process) {
            killed.add(worker.name());
            return provable;
        }
    }

    @Test
    void a_start_that_fails_ends_what_it_began_at_each_point() throws Exception {
        for (int at = 0; at < 3; at++) {
            BreakingLauncher breaking = new BreakingLauncher(at, true);
            try (Service failing = Service.open(app.env, ServicePorts.system().withLaunchers(List.of(breaking)))) {
                assertThatThrownBy(() -> failing.serve(Action.START, TestApp.workers(3)))
                        .hasMessageContaining("no more processes");
                assertThat(breaking.killed).isEqualTo(breaking.launched);
                assertThat(failing.serve(Action.STATUS, NOTHING).status()).isEqualTo("idle");
            }
        }
    }

    @Test
    void a_failed_start_whose_end_is_not_proven_keeps_the_service_held_until_stop() throws Exception {
        BreakingLauncher breaking = new BreakingLauncher(1, false);
        try (Service failing = Service.open(app.env, ServicePorts.system().withLaunchers(List.of(breaking)))) {
            assertThatThrownBy(() ->
                            failing.serve(Action.START, TestApp.workers(2).withStartTimeout(Duration.ofSeconds(1))))
                    .hasMessageContaining("no more processes");
            ServeReport look = failing.serve(Action.STATUS, NOTHING);
            assertThat(look.status()).isEqualTo("error");
            assertThat(look.has(ServeReport.Flag.RECOVERY_REQUIRED)).isTrue();
            assertThatThrownBy(() -> failing.serve(Action.START, TestApp.workers(2)))
                    .isInstanceOf(ServiceException.class)
                    .hasMessageContaining("stop");
            assertThat(failing.serve(Action.STOP, NOTHING).status()).isEqualTo("stopped");
        }
    }

    /** Starts workers in this process until it is told to break. */
    private static final class TiringLauncher implements WorkerLauncher {
        private final InProcessLauncher rested = new InProcessLauncher();
        private boolean tired;

        @Override
        public boolean serves(Launcher launcher, String host) {
            return true;
        }

        @Override
        public ProcessIdentity launch(ServiceFiles files, ServiceRecord record, WorkerEntry worker) throws IOException {
            if (tired) throw new IOException("cannot fork: out of processes");
            return rested.launch(files, record, worker);
        }

        @Override
        public boolean kill(ServiceRecord record, WorkerEntry worker, ProcessIdentity process) {
            return rested.kill(record, worker, process);
        }
    }

    @Test
    void why_a_worker_cannot_be_started_again_is_in_every_answer_until_it_can() throws Exception {
        TiringLauncher tiring = new TiringLauncher();
        try (Service tried = Service.open(app.env, ServicePorts.system().withLaunchers(List.of(tiring)))) {
            tried.serve(Action.START, TestApp.workers(1));
            tiring.tired = true;
            tiring.rested.close();
            ServeReport look = tried.serve(Action.STATUS, NOTHING);
            assertThat(look.status()).isEqualTo("error");
            assertThat(look.has(ServeReport.Flag.RECOVERY_REQUIRED)).isFalse();
            assertThat(look.toJson().path("launch_errors").path("127.0.0.1:1").asText())
                    .contains("out of processes");
            tiring.tired = false;
            await().atMost(SOON)
                    .untilAsserted(
                            () -> assertThat(tried.serve(Action.STATUS, NOTHING).status())
                                    .isEqualTo("running"));
            assertThat(tried.serve(Action.STATUS, NOTHING).launchErrors()).isEmpty();
            tried.serve(Action.STOP, NOTHING);
        }
    }
}
