package dev.millrace.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.health.GateThresholds;
import dev.millrace.health.HealthGate;
import dev.millrace.health.WorkerHealth;
import dev.millrace.lifecycle.Action;
import dev.millrace.lifecycle.ServeReport;
import dev.millrace.lifecycle.Service;
import dev.millrace.lifecycle.ServiceFiles;
import dev.millrace.lifecycle.ServicePorts;
import dev.millrace.lifecycle.ServiceRecord;
import dev.millrace.lifecycle.WorkerEntry;
import dev.millrace.lifecycle.WorkerLauncher;
import dev.millrace.liveness.ProcessIdentity;
import dev.millrace.settings.Launcher;
import dev.millrace.settings.ServeOptions;
import dev.millrace.storage.Disk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A service of two workers of which one has ended and cannot be started again for now. */
class DegradedTest {
    private static final Duration SOON = Duration.ofMinutes(1);
    private static final ServeOptions NOTHING = ServeOptions.defaults();
    private static final String FIRST = "127.0.0.1:1";
    private static final String SECOND = "127.0.0.1:2";

    @TempDir
    Path home;

    private final TiringLauncher tiring = new TiringLauncher();
    private TestApp app;
    private Service service;

    /** Starts workers in this process until it is told to break; their stewards start others through it, too. */
    private static final class TiringLauncher implements WorkerLauncher {
        private final ThreadLauncher rested = new ThreadLauncher();
        private final Map<String, WorkerEntry> entries = new ConcurrentHashMap<>();
        private volatile boolean tired;

        @Override
        public boolean serves(Launcher launcher, String host) {
            return true;
        }

        @Override
        public ProcessIdentity launch(ServiceFiles files, ServiceRecord record, WorkerEntry worker) throws IOException {
            if (tired) throw new IOException("cannot fork: out of processes");
            entries.put(worker.name(), worker);
            return rested.launch(files, record, worker);
        }

        @Override
        public boolean kill(ServiceRecord record, WorkerEntry worker, ProcessIdentity process) {
            return rested.kill(record, worker, process);
        }
    }

    @BeforeEach
    void start() throws Exception {
        app = TestApp.in(home, "launcher = \"in-process\"", "start_timeout = 5");
        ServicePorts ports = ServicePorts.system().withLaunchers(List.of(tiring));
        tiring.rested.in(ports);
        service = Service.open(app.env, ports);
        service.serve(Action.START, TestApp.workers(2));
        tiring.tired = true;
    }

    @AfterEach
    void stop() throws Exception {
        service.serve(Action.STOP, NOTHING.withForce(true).withStopTimeout(Duration.ofSeconds(2)));
        service.close();
        tiring.rested.endAll();
    }

    /** The worker ends in order, as it does when its loop was told to end by anything but a stop of the service. */
    private void end(String worker) throws Exception {
        ServiceRecord record = new ServiceFiles(Disk.local(), app.env.serviceFolder())
                .readRecord()
                .orElseThrow();
        WorkerEntry entry = Objects.requireNonNull(tiring.entries.get(worker));
        assertThat(tiring.kill(record, entry, ProcessIdentity.unknown())).isTrue();
    }

    private static WorkerHealth row(ServeReport report, String worker) {
        return report.workerHealth().stream()
                .filter(row -> row.worker().equals(worker))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void one_of_two_loops_has_finished() throws Exception {
        end(FIRST);
        ServeReport look = service.serve(Action.STATUS, NOTHING);
        assertThat(look.status()).isEqualTo("degraded");
        assertThat(look.workers()).containsExactly(SECOND);
        assertThat(look.pending()).containsExactly(FIRST);
        assertThat(row(look, FIRST).reason()).isEqualTo("loop-finished");
        assertThat(row(look, FIRST).futureState()).isEqualTo("finished");
        assertThat(row(look, FIRST).healthy()).isFalse();
        assertThat(row(look, SECOND).reason()).isEmpty();
        assertThat(row(look, SECOND).healthy()).isTrue();
        assertThat(look.launchErrors()).containsOnlyKeys(FIRST);
        assertThat(service.health(NOTHING.withObserve(true)).status()).isEqualTo("degraded");
    }

    @Test
    void the_gate_refuses_it_also_when_one_may_be_unhealthy() throws Exception {
        end(FIRST);
        GateThresholds one = service.thresholds().withMaxUnhealthy(1);
        assertThat(HealthGate.evaluate(service.health(NOTHING), service.thresholds())
                        .code())
                .isEqualTo(2);
        assertThat(HealthGate.evaluate(service.health(NOTHING), one).code()).isEqualTo(3);
    }

    @Test
    void one_of_two_does_not_beat_at_all() throws Exception {
        end(FIRST);
        Files.delete(app.layout().heartbeats().resolve("000-127.0.0.1-1.json"));
        ServeReport first = service.serve(Action.STATUS, NOTHING);
        assertThat(first.status()).as("it may be starting").isEqualTo("running");
        assertThat(row(first, FIRST).futureState()).isEqualTo("pending");
        await().atMost(SOON)
                .untilAsserted(
                        () -> assertThat(service.serve(Action.STATUS, NOTHING).status())
                                .isEqualTo("degraded"));
        ServeReport look = service.serve(Action.STATUS, NOTHING);
        assertThat(row(look, FIRST).reason()).isEqualTo("missing-heartbeat");
        assertThat(row(look, FIRST).heartbeatState()).isEqualTo("missing");
        assertThat(row(look, FIRST).heartbeatAgeSec()).isEmpty();
    }

    @Test
    void when_it_can_be_started_again_it_is_and_why_is_told_once() throws Exception {
        end(FIRST);
        assertThat(service.serve(Action.STATUS, NOTHING).status()).isEqualTo("degraded");
        tiring.tired = false;
        List<Map.Entry<String, String>> told = new ArrayList<>();
        await().atMost(SOON).untilAsserted(() -> {
            ServeReport look = service.serve(Action.STATUS, NOTHING);
            told.addAll(look.restartReasons().entrySet());
            assertThat(row(look, FIRST).futureState()).isEqualTo("running");
            // A start that this look made is told by the next one.
            assertThat(look.restartReasons()).isEmpty();
        });
        // One that was started while it was still tired may be started once more.
        assertThat(told).hasSizeBetween(1, 2).containsOnly(Map.entry(FIRST, "loop-finished"));
    }
}
