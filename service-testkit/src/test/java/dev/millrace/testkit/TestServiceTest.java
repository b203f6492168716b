package dev.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.lifecycle.TaskResult;
import dev.millrace.queue.QueueControl.Cancelled;
import dev.millrace.queue.Submission;
import dev.millrace.task.BatchName;
import dev.millrace.task.Task;
import dev.millrace.task.TaskState;
import dev.millrace.testkit.DiskCall.Operation;
import dev.millrace.testkit.FaultyDisk.Moment;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What users can do with a service in memory: run, look, wait, pause, call off. */
class TestServiceTest {
    private static final Duration HOUR = Duration.ofHours(1);

    @RegisterExtension
    final MillraceExtension millrace = MillraceExtension.of(
                    "echo", task -> task.args().path("say"))
            .handler("fail", task -> {
                throw new IllegalStateException("always", new IOException("the cause"));
            })
            .drainLimit(50)
            .serviceArgs(Map.of("word", "Hello"));

    private static Task echo(String id) {
        return Task.of("echo").id(id).args(Map.of("say", id + "!"));
    }

    @Test
    void what_is_due_runs_when_it_is_drained_and_not_before(TestService service) {
        service.submit(echo("one"));
        service.assertThatTask("one").isWaiting().wasAttempted(0);
        assertThat(service.drain()).isEqualTo(1);
        service.assertThatTask("one").isDone().hasResult("one!").wasAttempted(1);
        assertThat(service.drain()).isZero();
        service.assertNothingWaits();
        service.assertNothingFailed();
    }

    @Test
    void nothing_is_written_on_the_disk_of_this_machine(TestService service) {
        service.submit(echo("one"));
        service.drain();
        assertThat(Files.exists(service.queue().layout().root())).isFalse();
        assertThat(service.task("one").view().file().getFileName().toString()).endsWith("one.task.json");
    }

    @Test
    void a_task_for_later_runs_when_its_time_has_come(TestService service) {
        service.submit(echo("later").notBefore(service.time().instant().plus(HOUR)));
        service.drain();
        service.assertThatTask("later").isWaiting().isDueIn(HOUR);
        service.advance(HOUR.minusMillis(1));
        assertThat(service.drain()).isZero();
        service.advance(Duration.ofMillis(1));
        assertThat(service.drain()).isEqualTo(1);
        service.assertThatTask("later").isDone();
    }

    @Test
    void run_does_everything_at_the_moment_when_it_is_due(TestService service) {
        List<Instant> moments = new ArrayList<>();
        service.handle("echo", task -> moments.add(service.time().instant()));
        Instant start = service.time().instant();
        service.submit(echo("b").notBefore(start.plusSeconds(1800)));
        service.submit(echo("a").notBefore(start.plusSeconds(60)));
        service.submit(echo("never").notBefore(start.plusSeconds(3601)));
        assertThat(service.run(HOUR)).isEqualTo(2);
        assertThat(moments).containsExactly(start.plusSeconds(60), start.plusSeconds(1800));
        assertThat(service.time().instant()).isEqualTo(start.plus(HOUR));
        service.assertThatTask("never").isDueIn(Duration.ofSeconds(1));
    }

    @Test
    void what_a_handler_submits_runs_in_the_same_drain(TestService service) {
        service.handle("parent", task -> service.submit(echo("child")).id());
        service.submit(Task.of("parent"));
        assertThat(service.drain()).isEqualTo(2);
        service.assertThatTask("child").isDone();
    }

    @Test
    void handlers_get_what_the_service_was_started_with(TestService service) {
        service.handle("greet", task -> task.serviceArgs().path("word").asText() + " from " + task.worker());
        service.submit(Task.of("greet").id("greeting"));
        service.drain();
        service.assertThatTask("greeting").hasResult("Hello from test-worker");
    }

    @Test
    void many_tasks_of_one_kind_share_a_file_as_they_do_in_production(TestService service) {
        service.submit(echo("first"));
        service.drain();
        List<Submission> all = service.submitAll(
                IntStream.range(0, 40).mapToObj(i -> echo("t" + i)).toList());
        assertThat(BatchName.partOf(all.get(0).stem())).isPresent();
        assertThat(service.drain()).isEqualTo(40);
        service.assertThatTask("t17").isDone().hasResult("t17!");
        service.assertThatTask(all.get(39)).isDone();
        service.assertNothingWaits();
    }

    @Test
    void a_drain_without_end_is_ended_with_a_clear_error(TestService service) {
        service.handle("again", task -> service.submit(Task.of("again")).id());
        service.submit(Task.of("again"));
        assertThatThrownBy(service::drain)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("drain() made 50 attempts, and 1 more are due")
                .hasMessageContaining("drainLimit");
        service.handle("again", task -> "enough");
        assertThat(service.drain()).isEqualTo(1);
    }

    @Test
    void a_batch_without_end_is_ended_too(TestService service) {
        service.submit(echo("first"));
        service.drain();
        service.submitAll(IntStream.range(0, 60).mapToObj(i -> echo("t" + i)).toList());
        assertThatThrownBy(service::drain).hasMessageContaining("made 50 attempts, and 10 more are due");
        assertThat(service.drain()).isEqualTo(10);
        service.assertNothingWaits();
    }

    @Test
    void as_many_as_the_limit_are_fine(TestService service) {
        for (int i = 0; i < 50; i++) service.submit(echo("t" + i));
        assertThat(service.drain()).isEqualTo(50);
    }

    @Test
    void a_handler_cannot_drain(TestService service) {
        service.handle("echo", task -> service.drain());
        service.submit(echo("one"));
        service.drain();
        service.assertThatTask("one").hasFailedWith("drain() was called by a handler");
    }

    @Test
    void who_awaits_a_receipt_lets_the_tasks_run(TestService service) throws Exception {
        Submission later =
                service.submit(echo("later").notBefore(service.time().instant().plusSeconds(5)));
        TaskResult result = service.receipt(later).await(Duration.ofSeconds(30));
        assertThat(result.result().asText()).isEqualTo("later!");
        Submission tooLate = service.submit(
                echo("tomorrow").notBefore(service.time().instant().plus(HOUR)));
        assertThatThrownBy(() -> service.receipt(tooLate).await(Duration.ofSeconds(30)))
                .isInstanceOf(TimeoutException.class);
    }

    @Test
    void a_paused_kind_waits_and_the_others_run(TestService service) {
        service.pause("echo");
        service.submit(echo("held"));
        service.submit(Task.of("fail").id("other"));
        assertThat(service.drain()).isEqualTo(1);
        service.assertThatTask("held").isWaiting();
        service.assertThatTask("other").hasFailed();
        service.resume("echo");
        service.drain();
        service.assertThatTask("held").isDone();
    }

    @Test
    void a_paused_queue_waits_as_a_whole(TestService service) {
        service.pauseAll();
        service.submit(echo("held"));
        assertThat(service.drain()).isZero();
        assertThatThrownBy(service::assertNothingWaits).hasMessageContaining("held is pending");
        service.resumeAll();
        assertThat(service.drain()).isEqualTo(1);
    }

    @Test
    void a_waiting_task_is_called_off(TestService service) {
        service.submit(echo("unwanted"));
        assertThat(service.cancel("unwanted")).isEqualTo(Cancelled.NOW);
        assertThat(service.cancel("unknown")).isEqualTo(Cancelled.UNKNOWN);
        assertThat(service.drain()).isZero();
        service.assertThatTask("unwanted").isCancelled().wasAttempted(0);
        assertThat(service.cancel("unwanted")).isEqualTo(Cancelled.TOO_LATE);
    }

    @Test
    void a_running_task_that_is_called_off_is_asked_and_then_interrupted(TestService service) {
        List<String> seen = new ArrayList<>();
        service.handle("long", task -> {
            service.cancel(task.id());
            service.advance(Duration.ofSeconds(1));
            seen.add("asked " + task.shouldStop());
            service.time().sleep(HOUR);
            return "never";
        });
        service.submit(Task.of("long").id("victim"));
        service.drain();
        service.assertThatTask("victim").isCancelled();
        assertThat(seen).containsExactly("asked true");
        assertThat(service.failures())
                .singleElement()
                .satisfies(one -> assertThat(one.thrown()).isInstanceOf(InterruptedException.class));
    }

    @Test
    void the_disk_fails_on_command(TestService service) {
        FaultyDisk.Fault full =
                service.disk().fault(call -> call.is(Operation.CREATE), Moment.BEFORE, DiskTrouble.noSpace());
        assertThatThrownBy(() -> service.submit(echo("one"))).hasMessageContaining("No space left on device");
        full.close();
        service.submit(echo("one"));
        service.drain();
        service.assertThatTask("one").isDone();
    }

    @Test
    void a_kind_without_a_handler_fails_as_in_production(TestService service) {
        service.submit(Task.of("ehco").id("typo"));
        service.drain();
        service.assertThatTask("typo")
                .hasFailedWith("no handler for kind 'ehco'")
                .wasAttempted(1);
        assertThat(service.queue().layout().folder(TaskState.FAILED))
                .isEqualTo(service.task("typo").view().file().getParent());
    }

    @Test
    void inline_a_task_runs_while_it_is_submitted_on_the_same_thread() {
        List<Object> seen = new ArrayList<>();
        TestServiceOptions options = TestServiceOptions.defaults()
                .withInline(true)
                .withHandler("note", () -> task -> seen.add(Thread.currentThread()))
                .withHandler("two", () -> task -> {
                    throw new IOException("bad");
                });
        try (TestService service = TestService.open(options)) {
            service.submit(Task.of("note").id("now"));
            assertThat(seen).containsExactly(Thread.currentThread());
            service.assertThatTask("now").isDone();
            service.submit(Task.of("note")
                    .id("later")
                    .notBefore(service.time().instant().plus(HOUR)));
            service.assertThatTask("later").isWaiting();
            service.submit(Task.of("two").id("bad"));
            service.assertThatTask("bad").hasFailedWith(IOException.class);
        }
    }
}
