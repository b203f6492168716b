package dev.millrace.worker;

import static dev.millrace.worker.LoopWorld.task;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.queue.Submission;
import dev.millrace.queue.TaskRecord;
import dev.millrace.task.RetryPolicy;
import dev.millrace.task.RetryPolicy.Jitter;
import dev.millrace.task.Task;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A handler is first asked to come to an end, then interrupted, and then given up; what follows is up to the policy. */
class TimeLimitTest {
    private static final Duration SOFT = Duration.ofSeconds(2);
    private static final Duration HARD = Duration.ofSeconds(6);
    private static final Duration MOMENT = Duration.ofMillis(300);
    private static final RetryPolicy FIXED =
            RetryPolicy.fixed(Duration.ofSeconds(3)).withJitter(Jitter.NONE);

    @TempDir
    Path folder;

    private LoopWorld world;
    private final List<String> seen = new ArrayList<>();

    @BeforeEach
    void prepare() throws IOException {
        world = new LoopWorld(folder);
    }

    private Submission submit(Task task) throws IOException {
        return world.queue.submit(task);
    }

    @Test
    void after_the_soft_limit_a_handler_is_asked_not_interrupted_and_its_result_counts() throws IOException {
        world.runs(task -> {
            assertThat(task.timeLeft()).contains(HARD);
            task.onStop(() -> seen.add("called at " + task.timeLeft().orElseThrow()));
            world.pass(SOFT);
            assertThat(task.shouldStop()).isFalse();
            world.pass(MOMENT);
            assertThat(task.shouldStop()).isTrue();
            assertThat(task.isCancelled()).isFalse();
            assertThat(Thread.interrupted()).isFalse();
            world.pass(MOMENT);
            task.onStop(() -> seen.add("called at once"));
            return "half of it";
        });
        Submission task = submit(task().timeout(HARD).softTimeout(SOFT));
        world.step();
        assertThat(world.stateOf(task)).isEqualTo(TaskState.DONE);
        assertThat(world.read(task).result().asText()).isEqualTo("half of it");
        assertThat(seen).containsExactly("called at PT3.7S", "called at once");
    }

    @Test
    void a_handler_that_was_asked_to_end_may_go_on_later_without_having_spent_an_attempt() throws IOException {
        world.runs(task -> {
            if (seen.size() == 2) return task.attempt() + " " + seen;
            world.pass(SOFT.plus(MOMENT));
            seen.add("part");
            assertThat(task.shouldStop()).isTrue();
            throw new SnoozeException(Duration.ofSeconds(1), "goes on later");
        });
        Submission task = submit(task().softTimeout(SOFT));
        world.untilEnded(task);
        assertThat(world.read(task).result().asText()).isEqualTo("1 [part, part]");
    }

    @Test
    void without_limits_nobody_asks() throws IOException {
        world.runs(task -> {
            world.pass(Duration.ofDays(30));
            return task.shouldStop() + " " + task.timeLeft();
        });
        Submission task = submit(task());
        world.step();
        assertThat(world.read(task).result().asText()).isEqualTo("false Optional.empty");
    }

    @Test
    void a_callback_that_fails_is_told_in_the_tasks_log_and_harms_nobody() throws IOException {
        world.runs(task -> {
            task.onStop(() -> {
                throw new IllegalStateException("cannot close");
            });
            task.onStop(() -> seen.add("the other"));
            world.pass(SOFT.plus(MOMENT));
            return "done";
        });
        Submission task = submit(task().softTimeout(SOFT));
        world.step();
        assertThat(world.stateOf(task)).isEqualTo(TaskState.DONE);
        assertThat(seen).containsExactly("the other");
        assertThat(Files.readString(world.queue.layout().logs().resolve(task.stem() + ".log")))
                .contains("WARN a callback of onStop failed")
                .contains("cannot close");
    }

    @Test
    void at_the_hard_limit_a_handler_is_interrupted_called_back_and_tried_again() throws IOException {
        world.runs(task -> {
            if (task.attempt() == 2) return "in time";
            task.onStop(() -> seen.add("called"));
            world.pass(HARD.plus(MOMENT));
            boolean interrupted = Thread.interrupted();
            seen.add("cancelled " + task.isCancelled() + ", interrupted " + interrupted);
            seen.add("left " + task.timeLeft().orElseThrow());
            if (interrupted) throw new InterruptedException();
            return "never";
        });
        Submission task = submit(task().timeout(HARD).maxAttempts(2).retry(FIXED));
        assertThat(world.untilEnded(task)).hasSize(1);
        TaskRecord record = world.read(task);
        assertThat(record.result().asText()).isEqualTo("in time");
        assertThat(world.attempts(task)).containsExactly("1 failed", "2 done");
        assertThat(record.value("attempts").path(0).path("timed_out").asBoolean())
                .isTrue();
        assertThat(record.value("attempts").path(0).path("reason").asText())
                .isEqualTo("timed out after 6.0 s (timeout_sec)");
        assertThat(seen).containsExactly("called", "cancelled true, interrupted true", "left PT0S");
    }

    @Test
    void a_policy_may_say_that_a_time_limit_is_the_end() throws IOException {
        world.runs(task -> {
            world.pass(HARD.plus(MOMENT));
            seen.add("interrupted " + Thread.interrupted());
            return "never";
        });
        Submission task = submit(task().timeout(HARD).maxAttempts(3).retry(FIXED.withOnTimeout(false)));
        assertThat(world.untilEnded(task)).isEmpty();
        assertThat(world.stateOf(task)).isEqualTo(TaskState.FAILED);
        assertThat(world.read(task).value("timed_out").asBoolean()).isTrue();
        assertThat(world.attempts(task)).containsExactly("1 failed");
        assertThat(seen).containsExactly("interrupted true");
    }

    @Test
    void a_handler_that_does_not_hear_is_given_up_and_its_task_is_tried_again() throws IOException {
        world.runs(task -> {
            world.pass(HARD.plus(MOMENT));
            assertThat(Thread.interrupted()).isTrue();
            world.pass(LoopWorld.GRACE.plus(MOMENT));
            return "too late";
        });
        Submission task = submit(task().timeout(HARD).maxAttempts(2).retry(FIXED));
        world.step();
        assertThat(world.stateOf(task)).isEqualTo(TaskState.SCHEDULED);
        assertThat(world.loop().isExhausted()).isTrue();
        world.runs(again -> "by another worker");
        world.time.advance(Duration.ofSeconds(3));
        world.step();
        assertThat(world.read(task).result().asText()).isEqualTo("by another worker");
        assertThat(world.read(task).value("attempts").path(0).path("reason").asText())
                .contains("timed out after 6.0 s")
                .contains("ignored the interrupt");
    }

    @ParameterizedTest
    @EnumSource(
            value = TaskState.class,
            names = {"PENDING", "SCHEDULED"})
    void limits_hold_for_files_that_other_programs_drop(TaskState where) throws IOException {
        world.runs(task -> {
            world.pass(SOFT.plus(MOMENT));
            seen.add(task.id() + " was asked " + task.shouldStop());
            world.pass(HARD);
            return Thread.interrupted() ? "interrupted" : "never";
        });
        String name = where == TaskState.PENDING ? "x" : world.time.millis() + 1_000 + "-x";
        Files.writeString(
                world.queue.layout().folder(where).resolve(name + ".task.json"),
                "{\"schema\": \"agi.service.task.v1\", \"kind\": \"k\", \"timeout_sec\": 6, \"soft_timeout_sec\": 2}");
        world.time.advance(Duration.ofSeconds(1));
        world.step();
        TaskRecord record = world.queue.read(world.queue.find("x").get(0)).orElseThrow();
        assertThat(record.view().state()).isEqualTo(TaskState.FAILED);
        assertThat(record.error()).contains("timed out after 6.0 s (timeout_sec)");
        assertThat(seen).containsExactly("x was asked true");
    }

    @Test
    void limits_hold_for_tasks_in_one_file_as_well() throws IOException {
        world.runs(task -> {
            world.pass(SOFT.plus(MOMENT));
            seen.add(task.id() + " " + task.shouldStop());
            if (task.attempt() == 2) return "second";
            world.pass(HARD);
            if (Thread.interrupted()) throw new InterruptedException();
            return "never";
        });
        Task limited = task().timeout(HARD).softTimeout(SOFT).maxAttempts(2).retry(FIXED);
        List<Submission> all = world.submitBatch(List.of(limited.id("a"), limited.id("b")));
        for (int i = 0; i < 10; i++) world.step();
        for (Submission one : all) {
            assertThat(world.read(one).result().asText()).isEqualTo("second");
            assertThat(world.attempts(one)).containsExactly("1 failed", "2 done");
        }
        assertThat(seen).hasSize(4).allMatch(line -> line.endsWith("true"));
    }
}
