package dev.millrace.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.lifecycle.Action;
import dev.millrace.lifecycle.ServeReport;
import dev.millrace.lifecycle.Service;
import dev.millrace.lifecycle.TaskReceipt;
import dev.millrace.liveness.Heartbeat;
import dev.millrace.settings.ServeOptions;
import dev.millrace.task.Task;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was asked of a worker stands, whoever takes the service up, and whichever of its processes dies. */
@Order(1)
class StandingWorkersTest {
    private static final Duration SOON = Duration.ofMinutes(1);
    private static final ServeOptions NOTHING = ServeOptions.defaults();
    private static final String FIRST = "127.0.0.1:1";
    private static final String SECOND = "127.0.0.1:2";

    @TempDir
    Path home;

    /** A service whose starter is gone. */
    private void orphaned(Map<String, String> environment) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Controller.class.getName(),
                        home.toString())
                .redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process controller = builder.start();
        try {
            BufferedReader out =
                    new BufferedReader(new InputStreamReader(controller.getInputStream(), StandardCharsets.UTF_8));
            for (String line = out.readLine(); !"running".equals(line); line = out.readLine())
                Objects.requireNonNull(line, "the controller did not start the service");
        } finally {
            controller.destroyForcibly().waitFor();
        }
    }

    private static Heartbeat beat(TestApp app, String worker) throws IOException {
        return Objects.requireNonNull(app.beats().get(worker), worker + " does not beat");
    }

    private static boolean isDraining(TestApp app) throws IOException {
        return beat(app, FIRST).state() == Heartbeat.State.DRAINING;
    }

    /** Two beats from now on: the worker has looked at its order since. */
    private static void passTwoBeats(TestApp app) throws IOException {
        long now = beat(app, FIRST).sequence();
        await().atMost(SOON).until(() -> beat(app, FIRST).sequence() >= now + 2);
    }

    @Test
    void a_drained_worker_stays_drained_through_status_a_restart_of_another_a_takeover_and_a_warm_stop()
            throws Exception {
        try (TestApp app = TestApp.in(home);
                Service service = app.open()) {
            orphaned(Map.of());
            service.drain(List.of(FIRST), false);
            await().atMost(SOON).until(() -> isDraining(app));
            TaskReceipt addressed = service.submit(Task.of("echo").worker(FIRST));
            assertThat(service.serve(Action.STATUS, NOTHING).status()).isEqualTo("running");

            String before = beat(app, SECOND).incarnation();
            ProcessHandle.of(beat(app, SECOND).process().pid()).orElseThrow().destroyForcibly();
            await().atMost(SOON).until(() -> !beat(app, SECOND).incarnation().equals(before));
            assertThat(service.serve(Action.START, NOTHING).has(ServeReport.Flag.RECOVERED))
                    .isTrue();
            passTwoBeats(app);
            assertThat(isDraining(app)).isTrue();

            service.serve(Action.STOP, NOTHING.withShutdownOnStop(false));
            service.serve(Action.START, NOTHING);
            assertThat(service.submit(Task.of("echo"))
                            .await(SOON)
                            .result()
                            .path("worker")
                            .asText())
                    .isEqualTo(SECOND);
            passTwoBeats(app);
            assertThat(isDraining(app)).isTrue();
            assertThat(addressed.peek()).isEmpty();

            service.drain(List.of(FIRST), true);
            assertThat(addressed.await(SOON).isDone()).isTrue();
        }
    }

    @Test
    void a_worker_gets_of_its_starters_environment_only_what_the_settings_list() throws Exception {
        try (TestApp app = TestApp.in(home, "env = [\"TEST_LISTED\"]");
                Service service = app.open()) {
            orphaned(Map.of("TEST_LISTED", "let through", "TEST_SECRET", "kept back"));
            var seen = service.submit(Task.of("look").args(Map.of("folder", home.toString())))
                    .await(SOON)
                    .result();
            assertThat(seen.path("TEST_LISTED").asText()).isEqualTo("let through");
            assertThat(seen.has("TEST_SECRET")).isFalse();
            assertThat(seen.has("PATH")).isTrue();
        }
    }

    private static String javaOptions(Path hang, Path exit) {
        return "java_options = [\"-D" + TestHandlers.SlowToMake.HANG + "=" + hang + "\", \"-D"
                + TestHandlers.SlowToMake.EXIT + "=" + exit + "\"]";
    }

    /** A restarted worker whose handler is never made: it is a process, but it neither beats nor hears orders. */
    private void hangARestart(TestApp app, Path hang) throws IOException {
        Files.createFile(hang);
        ProcessHandle first = ProcessHandle.of(beat(app, FIRST).process().pid()).orElseThrow();
        first.destroyForcibly();
        await().atMost(SOON)
                .until(() ->
                        app.processes().stream().filter(ProcessHandle::isAlive).count() == 2
                                && app.processes().stream().noneMatch(first::equals));
    }

    @Test
    void a_worker_that_hangs_while_it_is_made_again_is_ended_by_a_stop_with_force() throws Exception {
        Path hang = home.resolve("hang");
        try (TestApp app = TestApp.in(home, javaOptions(hang, home.resolve("exit")));
                Service service = app.open()) {
            service.serve(Action.START, TestApp.workers(2));
            hangARestart(app, hang);
            ServeReport stopped = service.serve(
                    Action.STOP, NOTHING.withStopTimeout(Duration.ofSeconds(1)).withForce(true));
            assertThat(stopped.status()).isEqualTo("stopped");
            assertThat(app.processes()).isEmpty();
        }
    }

    @Test
    void a_worker_that_hangs_while_it_is_made_again_is_never_forgotten_by_a_stop_without_force() throws Exception {
        Path hang = home.resolve("hang");
        try (TestApp app = TestApp.in(home, javaOptions(hang, home.resolve("exit")));
                Service service = app.open()) {
            service.serve(Action.START, TestApp.workers(2));
            hangARestart(app, hang);
            ServeReport partial = service.serve(Action.STOP, NOTHING.withStopTimeout(Duration.ofSeconds(5)));
            assertThat(partial.status()).isEqualTo("partial");
            assertThat(partial.pending()).containsExactly(FIRST);
            // What hung goes on, finds that it was told to stop, and ends; the repeated stop proves it.
            Files.delete(hang);
            assertThat(service.serve(Action.STOP, NOTHING).status()).isEqualTo("stopped");
            assertThat(app.processes()).isEmpty();
        }
    }
}
