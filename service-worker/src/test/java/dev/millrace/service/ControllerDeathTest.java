package dev.millrace.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.health.HealthReport;
import dev.millrace.lifecycle.Action;
import dev.millrace.lifecycle.ServeReport;
import dev.millrace.lifecycle.Service;
import dev.millrace.lifecycle.ServiceException;
import dev.millrace.settings.ServeOptions;
import dev.millrace.task.Task;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A controller that is killed, or stands still, in the middle of a start or a stop. */
@Order(1)
@Tag("once")
@Execution(ExecutionMode.CONCURRENT)
class ControllerDeathTest {
    private static final Duration SOON = Duration.ofMinutes(1);
    private static final ServeOptions NOTHING = ServeOptions.defaults();

    @TempDir
    Path home;

    private TestApp app() throws IOException {
        return TestApp.in(home, "start_timeout = 10");
    }

    private void killAt(String action, String stand) throws Exception {
        try (Actor actor = Actor.in(home, action, stand)) {
            assertThat(actor.go().line()).isEqualTo("stands");
            actor.kill();
        }
    }

    private static void assertNothingIsLeft(TestApp app) throws IOException {
        // One that was just being started finds that there is no service and ends.
        await().atMost(SOON).untilAsserted(() -> assertThat(app.processes()).isEmpty());
        assertThat(app.names(app.env.serviceFolder()))
                .doesNotContain("service_record.json", "restarts.json")
                .noneMatch(name -> name.startsWith(".draft"));
    }

    // ------------------------------------------------------------------ during start

    @ParameterizedTest
    @ValueSource(
            strings = {
                "after rename service_record.json 1",
                "after rename restarts.json 1",
                "after rename restarts.json 2",
                "before rename service_record.json 2"
            })
    void a_start_that_was_killed_is_carried_on_by_a_look_taken_up_by_a_start_and_stopped(String stand)
            throws Exception {
        try (TestApp app = app();
                Service looker = app.open();
                Service starter = app.open();
                Service stopper = app.open()) {
            killAt("start", stand);
            assertThat(looker.serve(Action.STATUS, NOTHING).status()).isEqualTo("running");
            ServeReport taken = starter.serve(Action.START, TestApp.workers(2));
            assertThat(taken.status()).isEqualTo("running");
            assertThat(taken.has(ServeReport.Flag.RECOVERED)).isTrue();
            assertThat(starter.submit(Task.of("echo")).await(SOON).isDone()).isTrue();
            assertThat(stopper.serve(Action.STOP, NOTHING).status()).isEqualTo("stopped");
            assertNothingIsLeft(app);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "after rename service_record.json 1",
                "after rename restarts.json 1",
                "after rename restarts.json 4",
            })
    void a_start_that_was_killed_is_stopped_for_certain_without_a_look(String stand) throws Exception {
        try (TestApp app = app();
                Service stopper = app.open()) {
            killAt("start", stand);
            assertThat(stopper.serve(Action.STOP, NOTHING).status()).isEqualTo("stopped");
            assertNothingIsLeft(app);
        }
    }

    @Test
    void a_start_that_was_killed_before_it_held_anything_leaves_nothing_in_the_way() throws Exception {
        try (TestApp app = app();
                Service service = app.open()) {
            killAt("start", "before rename service_record.json 1");
            assertThat(service.serve(Action.STATUS, NOTHING).status()).isEqualTo("idle");
            assertThat(service.serve(Action.STOP, NOTHING).status()).isEqualTo("idle");
            ServeReport started = service.serve(Action.START, TestApp.workers(1));
            assertThat(started.status()).isEqualTo("running");
            assertThat(started.has(ServeReport.Flag.RECOVERED)).isFalse();
            assertThat(service.serve(Action.STOP, NOTHING).status()).isEqualTo("stopped");
            await().atMost(SOON).untilAsserted(() -> assertThat(app.processes()).isEmpty());
        }
    }

    // ------------------------------------------------------------------ during stop

    @ParameterizedTest
    @ValueSource(
            strings = {
                "after rename service_record.json 1",
                "after rename worker-127.0.0.1-1.json 1",
                "before delete service_record.json 1"
            })
    void a_stop_that_was_killed_is_not_proven_refuses_a_start_and_is_finished_by_another(String stand)
            throws Exception {
        try (TestApp app = app();
                Service starter = app.open();
                Service stopper = app.open()) {
            starter.serve(Action.START, TestApp.workers(2));
            killAt("stop", stand);
            ServeReport look = stopper.serve(Action.STATUS, NOTHING);
            assertThat(look.status()).isEqualTo("error");
            assertThat(look.has(ServeReport.Flag.RECOVERY_REQUIRED)).isTrue();
            assertThatThrownBy(() -> stopper.serve(Action.START, TestApp.workers(2)))
                    .isInstanceOf(ServiceException.class)
                    .hasMessageContaining("run 'millrace stop' again");
            ServeReport stopped = stopper.serve(Action.STOP, NOTHING);
            assertThat(stopped.status()).isEqualTo("stopped");
            assertThat(stopped.workers()).hasSize(2);
            assertThat(stopped.has(ServeReport.Flag.RUNTIME_CLEANUP_RETRY)).isTrue();
            assertNothingIsLeft(app);
        }
    }

    // ------------------------------------------------------------------ while it stands still

    @Test
    @Timeout(30)
    void health_during_a_start_answers_at_once_and_says_that_the_workers_are_starting() throws Exception {
        try (TestApp app = TestApp.in(home, "start_timeout = 60");
                Service other = app.open();
                Actor starter = Actor.in(home, "start", "after rename service_record.json 1")) {
            assertThat(other.health(NOTHING).status()).isEqualTo("idle");
            assertThat(starter.go().line()).isEqualTo("stands");
            ServeReport look = other.serve(Action.HEALTH, NOTHING);
            assertThat(look.has(ServeReport.Flag.OBSERVED_ONLY)).isTrue();
            assertThat(look.restarted()).isEmpty();
            assertThat(look.workerHealth())
                    .hasSize(2)
                    .allSatisfy(row -> assertThat(row.futureState()).isEqualTo("pending"))
                    .allSatisfy(row -> assertThat(row.reason()).isEmpty());
            HealthReport health = look.health().orElseThrow();
            assertThat(health.queue()).isPresent();
            assertThat(app.processes()).isEmpty();
            assertThatThrownBy(() -> other.serve(Action.STOP, NOTHING))
                    .isInstanceOf(ServiceException.Busy.class)
                    .hasMessageContaining("process " + starter.pid())
                    .hasMessageContaining("serve:start");
        }
    }
}
