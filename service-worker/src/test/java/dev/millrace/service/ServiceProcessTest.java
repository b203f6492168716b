package dev.millrace.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.health.GateThresholds;
import dev.millrace.health.HealthGate;
import dev.millrace.health.HealthReport;
import dev.millrace.health.Verdict;
import dev.millrace.lifecycle.Action;
import dev.millrace.lifecycle.ServeReport;
import dev.millrace.lifecycle.Service;
import dev.millrace.lifecycle.ServiceException;
import dev.millrace.lifecycle.TaskReceipt;
import dev.millrace.lifecycle.TaskResult;
import dev.millrace.liveness.Heartbeat;
import dev.millrace.settings.ServeOptions;
import dev.millrace.task.Task;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A service of real worker processes, from outside. */
@Order(1)
@Execution(ExecutionMode.CONCURRENT)
class ServiceProcessTest {
    private static final Duration SOON = Duration.ofMinutes(1);

    @TempDir
    Path home;

    @Test
    void tasks_run_in_two_processes_and_stop_leaves_nothing_behind() throws Exception {
        try (TestApp app = TestApp.in(home);
                Service service = app.open()) {
            ServeReport started = service.serve(Action.START, TestApp.workers(2));
            assertThat(started.status()).isEqualTo("running");
            assertThat(started.workers()).containsExactly("127.0.0.1:1", "127.0.0.1:2");
            assertThat(app.processes()).hasSize(2);
            List<TaskReceipt> receipts = new ArrayList<>();
            for (int i = 0; i < 40; i++)
                receipts.add(service.submit(Task.of("echo").args(Map.of("n", i))));
            for (int i = 0; i < 40; i++) {
                TaskResult result = receipts.get(i).await(SOON);
                assertThat(result.isDone()).as("%s", result).isTrue();
                assertThat(result.result().path("args").path("n").intValue()).isEqualTo(i);
            }
            assertThat(service.serve(Action.STATUS, ServeOptions.defaults()).status())
                    .isEqualTo("running");
            ServeReport stopped = service.serve(Action.STOP, ServeOptions.defaults());
            assertThat(stopped.status()).isEqualTo("stopped");
            assertThat(app.processes()).isEmpty();
            assertThat(app.names(app.layout().outcomes())).isEmpty();
            assertThat(app.names(app.layout().folder(TaskState.RUNNING))).isEmpty();
            assertThat(app.names(app.layout().folder(TaskState.DONE))).hasSize(40);
            assertThat(service.serve(Action.STATUS, ServeOptions.defaults()).status())
                    .isEqualTo("idle");
        }
    }

    @Test
    void a_killed_worker_is_replaced_and_its_task_runs_again_without_a_command() throws Exception {
        try (TestApp app = TestApp.in(home, "slots = 1");
                Service service = app.open()) {
            service.serve(Action.START, TestApp.workers(2));
            Path folder = Files.createDirectories(home.resolve("gate"));
            TaskReceipt receipt = service.submit(Task.of("gate").args(Map.of("folder", folder.toString())));
            Path began = folder.resolve("began-" + receipt.id() + "-1");
            await().atMost(SOON).until(() -> Files.exists(began) && Files.size(began) > 0);
            ProcessHandle.of(Long.parseLong(Files.readString(began)))
                    .orElseThrow()
                    .destroyForcibly();
            await().atMost(SOON).until(() -> Files.exists(folder.resolve("began-" + receipt.id() + "-2")));
            Files.createFile(folder.resolve("open"));
            TaskResult result = receipt.await(SOON);
            assertThat(result.isDone()).isTrue();
            assertThat(result.document().orElseThrow().path("attempts").toString())
                    .contains("died");
            await().atMost(SOON).untilAsserted(() -> assertThat(app.processes()).hasSize(2));
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(service.serve(Action.HEALTH, ServeOptions.defaults())
                                    .health()
                                    .orElseThrow()
                                    .workers()
                                    .healthy())
                            .hasSize(2));
        }
    }

    @Test
    void twenty_kills_during_two_thousand_tasks_leave_one_terminal_record_each() throws Exception {
        try (TestApp app = TestApp.in(home, "slots = 4", "max_rescues = 50", "cleanup_done_max_files = 0");
                Service service = app.open()) {
            service.serve(Action.START, TestApp.workers(3));
            Path file = home.resolve("runs.txt");
            List<Task> tasks = new ArrayList<>();
            for (int i = 0; i < 2_000; i++)
                tasks.add(Task.of("count").args(Map.of("file", file.toString(), "nanos", 100_000_000)));
            List<TaskReceipt> receipts = service.submitAll(tasks);
            kill(app, 20, new SplittableRandom(42));
            await().atMost(Duration.ofSeconds(10))
                    .untilAsserted(() -> assertThat(verdict(service))
                            .satisfies(verdict -> assertThat(verdict.passed())
                                    .as("%s", verdict)
                                    .isTrue()));
            await().atMost(Duration.ofMinutes(2))
                    .untilAsserted(() -> assertThat(app.names(app.layout().folder(TaskState.DONE)))
                            .hasSize(2_000));
            assertThat(app.names(app.layout().folder(TaskState.FAILED))).isEmpty();
            assertThat(app.names(app.layout().folder(TaskState.PENDING))).isEmpty();
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(app.names(app.layout().folder(TaskState.RUNNING)))
                            .isEmpty());
            for (TaskReceipt receipt : receipts) {
                TaskResult result = receipt.peek().orElseThrow();
                assertThat(result.isDone()).isTrue();
                assertThat(result.document().orElseThrow().path("status").asText())
                        .isEqualTo("done");
            }
            assertThat(Files.readAllLines(file).stream().collect(Collectors.toSet()))
                    .hasSize(2_000);
            await().atMost(SOON).untilAsserted(() -> assertThat(app.processes()).hasSize(3));
        }
    }

    /** Looking only: nothing but the service itself may mend it. Restarts are what this is about, so any number passes. */
    private static Verdict verdict(Service service) throws Exception {
        HealthReport health = service.health(ServeOptions.defaults().withObserve(true));
        return HealthGate.evaluate(health, GateThresholds.defaults().withMaxRestartRate(1));
    }

    /** Kills a random one of the workers that beat, whenever two do, so that one is always left to keep the house. */
    private static void kill(TestApp app, int times, SplittableRandom random) {
        for (int i = 0; i < times; i++) {
            await().atMost(Duration.ofMinutes(1)).until(() -> beating(app).size() >= 2);
            List<ProcessHandle> alive = beating(app);
            alive.get(random.nextInt(alive.size())).destroyForcibly();
        }
    }

    private static List<ProcessHandle> beating(TestApp app) {
        try {
            List<Long> beating = app.beats().values().stream()
                    .map(beat -> beat.process().pid())
                    .toList();
            return app.processes().stream()
                    .filter(process -> beating.contains(process.pid()))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void a_second_start_is_refused_here_and_taken_up_elsewhere_when_the_first_controller_is_gone() throws Exception {
        try (TestApp app = TestApp.in(home);
                Service first = app.open();
                Service second = app.open()) {
            first.serve(Action.START, TestApp.workers(1));
            assertThatThrownBy(() -> first.serve(Action.START, TestApp.workers(1)))
                    .isInstanceOf(ServiceException.AlreadyRunning.class)
                    .hasMessageContaining("stop it first");
            assertThatThrownBy(() -> second.serve(Action.START, TestApp.workers(1)))
                    .isInstanceOf(ServiceException.AlreadyRunning.class);
            assertThat(second.serve(Action.STATUS, ServeOptions.defaults()).status())
                    .isEqualTo("running");
            assertThat(second.serve(Action.STOP, ServeOptions.defaults()).status())
                    .isEqualTo("stopped");
            assertThat(first.serve(Action.STOP, ServeOptions.defaults()).status())
                    .isEqualTo("idle");
        }
    }

    @Test
    void sigterm_finishes_what_runs_and_takes_no_more() throws Exception {
        try (TestApp app = TestApp.in(home, "slots = 1");
                Service service = app.open()) {
            service.serve(Action.START, TestApp.workers(1));
            Path folder = Files.createDirectories(home.resolve("gate"));
            TaskReceipt receipt = service.submit(Task.of("gate").args(Map.of("folder", folder.toString())));
            await().atMost(SOON).until(() -> Files.exists(folder.resolve("began-" + receipt.id() + "-1")));
            ProcessHandle worker = app.processes().get(0);
            worker.destroy();
            await().atMost(SOON).until(() -> app.beats().get("127.0.0.1:1").state() == Heartbeat.State.DRAINING);
            Files.createFile(folder.resolve("open"));
            assertThat(receipt.await(SOON).isDone()).isTrue();
            await().atMost(SOON).until(() -> !worker.isAlive());
            assertThat(app.beats().get("127.0.0.1:1").state()).isEqualTo(Heartbeat.State.STOPPED);
        }
    }

    @Test
    void a_stop_that_is_not_proven_is_partial_and_can_be_repeated() throws Exception {
        try (TestApp app = TestApp.in(home, "slots = 1");
                Service service = app.open()) {
            service.serve(Action.START, TestApp.workers(2));
            Path folder = Files.createDirectories(home.resolve("gate"));
            TaskReceipt receipt = service.submit(Task.of("gate").args(Map.of("folder", folder.toString())));
            await().atMost(SOON).until(() -> Files.exists(folder.resolve("began-" + receipt.id() + "-1")));
            ServeReport partial =
                    service.serve(Action.STOP, ServeOptions.defaults().withStopTimeout(Duration.ofSeconds(2)));
            assertThat(partial.status()).isEqualTo("partial");
            assertThat(partial.pending()).hasSize(1);
            assertThat(partial.workers()).hasSize(1);
            assertThat(partial.has(ServeReport.Flag.RECOVERY_REQUIRED)).isTrue();
            ServeReport look = service.serve(Action.STATUS, ServeOptions.defaults());
            assertThat(look.status()).isEqualTo("error");
            assertThat(look.has(ServeReport.Flag.RECOVERY_REQUIRED)).isTrue();
            Files.createFile(folder.resolve("open"));
            ServeReport again = service.serve(Action.STOP, ServeOptions.defaults());
            assertThat(again.status()).isEqualTo("stopped");
            assertThat(again.has(ServeReport.Flag.RUNTIME_CLEANUP_RETRY)).isTrue();
            assertThat(receipt.await(SOON).isDone()).isTrue();
        }
    }
}
