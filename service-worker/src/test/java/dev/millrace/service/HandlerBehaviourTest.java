package dev.millrace.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.lifecycle.Action;
import dev.millrace.lifecycle.Service;
import dev.millrace.lifecycle.TaskReceipt;
import dev.millrace.lifecycle.TaskResult;
import dev.millrace.settings.ServeOptions;
import dev.millrace.task.Task;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Whatever a handler does, its task gets a clear end, nothing is lost, and the worker (or the next one) goes on. */
@Order(1)
@Execution(ExecutionMode.CONCURRENT)
class HandlerBehaviourTest {
    private static final Duration SOON = Duration.ofMinutes(1);

    @TempDir
    Path home;

    private TestApp app;
    private Service service;

    @BeforeEach
    void start() throws Exception {
        app = TestApp.in(home, "slots = 3", "max_rescues = 2", "java_options = [\"-Xmx400m\"]");
        service = app.open();
        service.serve(Action.START, TestApp.workers(1));
    }

    @AfterEach
    void stop() throws Exception {
        service.close();
        app.close();
    }

    private TaskResult run(Task task) throws Exception {
        return service.submit(task).await(SOON);
    }

    private TaskResult failed(Task task) throws Exception {
        TaskResult result = run(task);
        assertThat(result.state()).as("%s", result).isEqualTo(TaskState.FAILED);
        assertThat(run(Task.of("echo")).isDone()).isTrue();
        return result;
    }

    @Test
    void an_exception_fails_the_task_with_its_text_and_stack() throws Exception {
        TaskResult result = failed(Task.of("throw"));
        assertThat(result.error()).contains("IOException: the input is not there");
        assertThat(result.document().orElseThrow().path("traceback").asText()).contains("TestHandlers$Throw.handle");
    }

    @Test
    void an_exception_is_tried_again_while_attempts_are_left() throws Exception {
        TaskResult result = failed(Task.of("throw").maxAttempts(2));
        assertThat(result.document().orElseThrow().path("attempt").intValue()).isEqualTo(2);
        assertThat(result.document().orElseThrow().path("attempts")).hasSize(2);
    }

    @Test
    void an_error_fails_the_task_and_the_worker_lives() throws Exception {
        ProcessHandle worker = app.processes().get(0);
        assertThat(failed(Task.of("error")).error()).contains("AssertionError: this cannot be");
        assertThat(worker.isAlive()).isTrue();
    }

    @Test
    void system_exit_fails_its_task_gives_the_others_back_and_a_new_worker_comes() throws Exception {
        Path folder = Files.createDirectories(home.resolve("gate"));
        TaskReceipt other = service.submit(Task.of("gate").args(Map.of("folder", folder.toString())));
        await().atMost(SOON).until(() -> Files.exists(folder.resolve("began-" + other.id() + "-1")));
        TaskReceipt exits = service.submit(Task.of("exit"));
        assertThat(exits.await(SOON).error().orElseThrow()).contains("System.exit");
        // With no worker left to keep the house, the next look starts a new one.
        await().atMost(SOON).until(() -> app.processes().isEmpty() || isRestarted(folder, other));
        service.serve(Action.STATUS, ServeOptions.defaults());
        Files.createFile(folder.resolve("open"));
        TaskResult result = other.await(SOON);
        assertThat(result.isDone()).isTrue();
        assertThat(result.document().orElseThrow().path("attempt").intValue()).isEqualTo(1);
    }

    private static boolean isRestarted(Path folder, TaskReceipt other) throws IOException {
        try (var files = Files.list(folder)) {
            return files.filter(file -> file.toString().contains(other.id())).count() > 1;
        }
    }

    @Test
    void handlers_that_hear_nothing_are_given_up_after_their_time_limit_and_when_they_are_called_off()
            throws Exception {
        Path began = home.resolve("began");
        TaskReceipt calledOff = service.submit(Task.of("spin").maxAttempts(3).args(Map.of("began", began.toString())));
        TaskReceipt hangs = service.submit(Task.of("spin").timeout(Duration.ofMillis(300)));
        await().atMost(SOON).until(() -> Files.exists(began));
        service.queue().control().cancel(calledOff.stem(), "not needed any more");
        TaskResult cancelled = calledOff.await(SOON);
        assertThat(cancelled.state()).isEqualTo(TaskState.CANCELLED);
        assertThat(cancelled.error().orElseThrow())
                .startsWith("not needed any more; the handler ignored the interrupt");
        TaskResult result = hangs.await(SOON);
        assertThat(result.state()).isEqualTo(TaskState.FAILED);
        assertThat(result.error().orElseThrow())
                .contains("timed out after 0.3 s")
                .contains("ignored the interrupt");
        assertThat(result.document().orElseThrow().path("traceback").asText()).contains("TestHandlers$Spin");
        assertThat(run(Task.of("echo")).isDone()).isTrue();
    }

    @Test
    void a_handler_that_hears_the_interrupt_is_failed_at_its_time_limit() throws Exception {
        Path folder = Files.createDirectories(home.resolve("gate"));
        TaskResult result =
                run(Task.of("gate").args(Map.of("folder", folder.toString())).timeout(Duration.ofMillis(300)));
        assertThat(result.error().orElseThrow()).isEqualTo("timed out after 0.3 s (timeout_sec)");
    }

    @Test
    void leaked_threads_do_not_keep_the_worker_from_ending() throws Exception {
        assertThat(run(Task.of("leak")).isDone()).isTrue();
        assertThat(service.serve(Action.STOP, ServeOptions.defaults()).status()).isEqualTo("stopped");
        assertThat(app.processes()).isEmpty();
    }

    @Test
    void a_result_of_a_hundred_megabytes_fails_the_task_and_says_what_to_do() throws Exception {
        assertThat(failed(Task.of("huge")).error().orElseThrow())
                .contains("larger than")
                .contains("return the file's path");
    }

    @Test
    void results_that_cannot_be_written_fail_the_task() throws Exception {
        assertThat(failed(Task.of("cycle")).error().orElseThrow()).contains("result");
        assertThat(failed(Task.of("unwritable")).error().orElseThrow()).contains("cannot be written as JSON");
    }

    @Test
    void a_kind_without_handler_fails_and_names_the_kinds_that_have_one() throws Exception {
        assertThat(failed(Task.of("nothing")).error().orElseThrow())
                .contains("no handler for kind 'nothing'")
                .contains("echo");
        assertThat(failed(Task.ofDefaultKind()).error().orElseThrow()).contains("default_kind");
    }

    @Test
    void a_task_that_kills_each_of_its_workers_is_given_up() throws Exception {
        TaskReceipt receipt = service.submit(Task.of("halt"));
        await().atMost(Duration.ofMinutes(1)).until(() -> {
            service.serve(Action.STATUS, ServeOptions.defaults());
            return receipt.peek().isPresent();
        });
        TaskResult result = receipt.peek().orElseThrow();
        assertThat(result.state()).isEqualTo(TaskState.FAILED);
        assertThat(result.error().orElseThrow()).contains("given up: each of 3 workers");
        assertThat(result.document()
                        .orElseThrow()
                        .path("recovery")
                        .path("reason")
                        .asText())
                .isEqualTo("expired-worker-heartbeat");
        assertThat(result.document().orElseThrow().path("attempts")).hasSize(3);
    }

    @Test
    void what_a_handler_logs_is_in_the_tasks_own_file() throws Exception {
        TaskReceipt receipt = service.submit(Task.of("echo"));
        receipt.await(SOON);
        Path log = app.layout().logs().resolve(receipt.stem() + ".log");
        assertThat(Files.readString(log)).contains("INFO echo of " + receipt.id());
    }
}
