package dev.millrace.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.health.WorkerHealth;
import dev.millrace.lifecycle.Action;
import dev.millrace.lifecycle.ServeReport;
import dev.millrace.lifecycle.Service;
import dev.millrace.lifecycle.ServiceException;
import dev.millrace.liveness.Heartbeat;
import dev.millrace.settings.Launcher;
import dev.millrace.settings.ServeOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workers that are threads of another process than the one that looks. */
class InProcessHostTest {
    private static final Duration SOON = Duration.ofMinutes(1);
    private static final ServeOptions NOTHING = ServeOptions.defaults();

    @TempDir
    Path home;

    private TestApp app() throws IOException {
        return TestApp.in(home, "launcher = \"in-process\"", "heartbeat_timeout = 1", "heartbeat_interval = 0.2");
    }

    private Actor host() throws IOException {
        Actor host = Actor.in(home, "start", "");
        assertThat(host.go().line()).isEqualTo("start running");
        return host;
    }

    private static Set<Long> pids(TestApp app) throws IOException {
        return app.beats().values().stream().map(beat -> beat.process().pid()).collect(Collectors.toSet());
    }

    private static void signal(String name, long pid) throws Exception {
        assertThat(new ProcessBuilder(List.of("kill", "-" + name, Long.toString(pid)))
                        .start()
                        .waitFor())
                .isZero();
    }

    @Test
    void a_look_from_another_process_starts_no_worker_in_the_looker() throws Exception {
        try (TestApp app = app();
                Service looker = app.open();
                Actor host = host()) {
            assertThat(looker.serve(Action.STATUS, NOTHING).status()).isEqualTo("running");
            signal("STOP", host.pid());
            await().atMost(SOON).untilAsserted(() -> {
                ServeReport look = looker.serve(Action.STATUS, NOTHING);
                assertThat(look.workerHealth()).allSatisfy(row -> {
                    assertThat(row.futureState()).isEqualTo(WorkerHealth.DETACHED);
                    assertThat(row.reason()).startsWith("stale-heartbeat");
                });
                assertThat(look.restarted()).isEmpty();
            });
            assertThat(pids(app)).containsExactly(host.pid());
            ServeReport partial = looker.serve(
                    Action.STOP, NOTHING.withStopTimeout(Duration.ofSeconds(1)).withForce(true));
            assertThat(partial.status()).isEqualTo("partial");
            assertThat(partial.message()).contains("threads of process " + host.pid());
            signal("CONT", host.pid());
            assertThat(looker.serve(Action.STOP, NOTHING).status()).isEqualTo("stopped");
            assertThat(app.beats().values()).allMatch(beat -> beat.state() == Heartbeat.State.STOPPED);
        }
    }

    @Test
    void when_the_host_is_gone_status_says_so_and_stop_is_proven_at_once() throws Exception {
        try (TestApp app = app();
                Service looker = app.open()) {
            Actor host = host();
            host.kill();
            ServeReport look = looker.serve(Action.STATUS, NOTHING);
            assertThat(look.status()).isEqualTo("stopped");
            assertThat(look.workers()).isEmpty();
            assertThat(look.workerHealth()).hasSize(2).allSatisfy(row -> {
                assertThat(row.futureState()).isEqualTo("error");
                assertThat(row.reason()).isEqualTo("host-process-ended");
                assertThat(row.healthy()).isFalse();
            });
            assertThat(look.message()).contains("process " + host.pid(), "has ended", "stop");
            assertThat(pids(app)).containsExactly(host.pid());
            assertThatThrownBy(() -> looker.serve(Action.START, NOTHING.withLauncher(Launcher.PROCESS)))
                    .isInstanceOf(ServiceException.class)
                    .hasMessageContaining("process " + host.pid())
                    .hasMessageContaining("stop");
            ServeReport stopped = looker.serve(Action.STOP, NOTHING.withStopTimeout(Duration.ZERO));
            assertThat(stopped.status()).isEqualTo("stopped");
            assertThat(stopped.workers()).hasSize(2);
        }
    }

    @Test
    void an_embedding_program_that_starts_again_takes_its_service_up() throws Exception {
        try (TestApp app = app();
                Service again = app.open()) {
            host().kill();
            ServeReport taken = again.serve(Action.START, NOTHING);
            assertThat(taken.status()).isEqualTo("running");
            assertThat(taken.has(ServeReport.Flag.RECOVERED)).isTrue();
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(pids(app))
                            .containsExactly(ProcessHandle.current().pid()));
            assertThat(again.serve(Action.STOP, NOTHING).status()).isEqualTo("stopped");
        }
    }

    @Test
    void workers_that_were_parked_elsewhere_are_woken_and_stay_where_they_are() throws Exception {
        try (TestApp app = app();
                Service other = app.open();
                Actor host = host()) {
            assertThat(other.serve(Action.STOP, NOTHING.withShutdownOnStop(false))
                            .status())
                    .isEqualTo("stopped");
            ServeReport woken = other.serve(Action.START, NOTHING);
            assertThat(woken.status()).isEqualTo("running");
            assertThat(pids(app)).containsExactly(host.pid());
            host.kill();
            assertThat(other.serve(Action.STATUS, NOTHING).workerHealth())
                    .allSatisfy(row -> assertThat(row.reason()).isEqualTo("host-process-ended"));
            assertThat(other.serve(Action.STOP, NOTHING).status()).isEqualTo("stopped");
        }
    }
}
