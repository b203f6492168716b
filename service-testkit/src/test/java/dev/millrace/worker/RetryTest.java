package dev.millrace.worker;

import static dev.millrace.worker.LoopWorld.task;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.json.Json;
import dev.millrace.queue.Submission;
import dev.millrace.queue.TaskRecord;
import dev.millrace.task.AttemptRules;
import dev.millrace.task.RetryPolicy;
import dev.millrace.task.RetryPolicy.Jitter;
import dev.millrace.task.Task;
import dev.millrace.task.TaskState;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Failed attempts are followed by others as the policy says, the handler says, or not at all; nothing of it is forgotten. */
class RetryTest {
    private static final RetryPolicy DOUBLING =
            RetryPolicy.exponential(Duration.ofSeconds(1)).withJitter(Jitter.NONE);
    private static final RetryPolicy FIXED =
            RetryPolicy.fixed(Duration.ofSeconds(3)).withJitter(Jitter.NONE);

    @TempDir
    Path folder;

    private LoopWorld world;

    @BeforeEach
    void prepare() throws IOException {
        world = new LoopWorld(folder);
    }

    private Submission submit(Task task) throws IOException {
        return world.queue.submit(task);
    }

    private static JsonNode attempt(TaskRecord record, int index) {
        return record.value("attempts").path(index);
    }

    @Test
    void an_exhausted_task_is_failed_with_all_its_attempts() throws IOException {
        world.runs(task -> {
            world.time.advance(Duration.ofMillis(250));
            throw new IOException("try " + task.attempt());
        });
        Submission task = submit(task().maxAttempts(4).retry(DOUBLING));
        double start = world.time.epochSeconds();
        assertThat(world.untilEnded(task)).containsExactly(1_250L, 2_250L, 4_250L);
        TaskRecord record = world.read(task);
        assertThat(record.view().state()).isEqualTo(TaskState.FAILED);
        assertThat(record.error()).contains("IOException: try 4");
        assertThat(record.value("error_class").asText()).isEqualTo("java.io.IOException");
        assertThat(record.value("attempt").asInt()).isEqualTo(4);
        assertThat(world.attempts(task)).containsExactly("1 failed", "2 failed", "3 failed", "4 failed");
        JsonNode first = attempt(record, 0);
        assertThat(first.path("reason").asText()).isEqualTo("IOException: try 1");
        assertThat(first.path("error_class").asText()).isEqualTo("java.io.IOException");
        assertThat(first.path("runtime").asDouble()).isEqualTo(0.25);
        assertThat(first.path("worker").asText()).isEqualTo("w");
        assertThat(first.path("claimed_at").asDouble()).isEqualTo(start + 1);
        assertThat(first.path("next_due").asDouble()).isEqualTo(start + 2.25);
        assertThat(attempt(record, 3).path("reason").asText()).isEqualTo("IOException: try 4");
        assertThat(attempt(record, 3).has("next_due")).isFalse();
    }

    @Test
    void a_task_that_is_done_at_last_tells_of_every_attempt() throws IOException {
        world.runs(task -> {
            if (task.attempt() < 3) throw new IOException("not yet");
            return "now";
        });
        Submission task = submit(task().retry(FIXED));
        assertThat(world.untilEnded(task)).containsExactly(3_000L, 3_000L);
        assertThat(world.read(task).result().asText()).isEqualTo("now");
        assertThat(world.attempts(task)).containsExactly("1 failed", "2 failed", "3 done");
        Submission atOnce = submit(task());
        world.runs(ready -> "at once").step();
        assertThat(world.read(atOnce).value("attempts").isMissingNode()).isTrue();
    }

    @Test
    void tasks_in_one_file_are_retried_each_for_itself_and_remember_their_attempts() throws IOException {
        world.runs(task -> {
            if (task.id().equals("bad")) throw new IOException("bad again");
            if (task.id().equals("flaky") && task.attempt() < 3) throw new IllegalStateException("not yet");
            if (task.id().equals("late") && world.time.epochSeconds() < due(task))
                throw new SnoozeException(Duration.ofSeconds(4), "it is not there yet");
            return task.attempt();
        });
        Task retried = task().maxAttempts(3).retry(DOUBLING);
        List<Submission> all = world.submitBatch(List.of(
                retried.id("bad"),
                retried.id("flaky"),
                retried.id("late").args(Map.of("due", world.time.epochSeconds() + 10)),
                retried.id("good")));
        for (int i = 0; i < 30; i++) world.step();
        assertThat(world.stateOf(all.get(0))).isEqualTo(TaskState.FAILED);
        assertThat(world.attempts(all.get(0))).containsExactly("1 failed", "2 failed", "3 failed");
        assertThat(attempt(world.read(all.get(0)), 2).path("error_class").asText())
                .isEqualTo("java.io.IOException");
        assertThat(world.attempts(all.get(1))).containsExactly("1 failed", "2 failed", "3 done");
        assertThat(world.read(all.get(1)).result().asInt()).isEqualTo(3);
        assertThat(world.read(all.get(2)).result().asInt())
                .as("snoozing spent no attempt")
                .isEqualTo(1);
        assertThat(world.attempts(all.get(2)))
                .startsWith("1 snoozed", "1 snoozed")
                .endsWith("1 done");
        assertThat(world.read(all.get(3)).value("attempts").isMissingNode()).isTrue();
    }

    private static double due(TaskContext task) {
        return task.args().path("due").asDouble();
    }

    @Test
    void a_handler_may_say_that_there_is_no_point_in_another_attempt() throws IOException {
        world.runs(task -> {
            throw new UncheckedIOException(
                    new IOException(new NoRetryException("the account is closed", new IllegalStateException("410"))));
        });
        Submission task = submit(task().maxAttempts(5));
        assertThat(world.untilEnded(task)).isEmpty();
        assertThat(world.read(task).error().orElseThrow()).contains("UncheckedIOException");
        assertThat(world.read(task).value("error_class").asText()).isEqualTo("java.io.UncheckedIOException");
        world.runs(closed -> {
            throw new NoRetryException("the account is closed", new IllegalStateException("410"));
        });
        Submission plain = submit(task().maxAttempts(5));
        world.untilEnded(plain);
        assertThat(world.read(plain).error()).contains("NoRetryException: the account is closed");
        assertThat(world.read(plain).value("error_class").asText()).isEqualTo("java.lang.IllegalStateException");
    }

    @Test
    void a_handler_may_say_when_another_attempt_is_worth_it_and_spends_one_all_the_same() throws IOException {
        world.runs(task -> {
            throw new RetryAfterException(Duration.ofSeconds(90), "429");
        });
        Submission task = submit(task().maxAttempts(3).retry(DOUBLING));
        assertThat(world.untilEnded(task)).containsExactly(90_000L, 90_000L);
        assertThat(world.attempts(task)).containsExactly("1 failed", "2 failed", "3 failed");
        Submission never = submit(task().maxAttempts(3).retry(RetryPolicy.none()));
        assertThat(world.untilEnded(never)).as("strategy none").isEmpty();
    }

    @Test
    void a_snoozed_task_waits_and_spends_no_attempt_however_often_it_is_put_off() throws IOException {
        List<Integer> seen = new ArrayList<>();
        world.runs(task -> {
            seen.add(task.attempt());
            if (seen.size() < 6) throw new SnoozeException(Duration.ofSeconds(30), "the file is not there");
            throw new IOException("broken file");
        });
        Submission task = submit(task().maxAttempts(1));
        assertThat(world.untilEnded(task)).containsExactly(30_000L, 30_000L, 30_000L, 30_000L, 30_000L);
        assertThat(seen).containsOnly(1);
        TaskRecord record = world.read(task);
        assertThat(record.view().state()).isEqualTo(TaskState.FAILED);
        assertThat(world.attempts(task))
                .containsExactly("1 snoozed", "1 snoozed", "1 snoozed", "1 snoozed", "1 snoozed", "1 failed");
        assertThat(attempt(record, 0).path("reason").asText()).isEqualTo("the file is not there");
    }

    @Test
    void exceptions_that_the_policy_names_end_the_task_also_as_subclass_and_as_cause() throws IOException {
        RetryPolicy picky = FIXED.withNoRetryOn(IOException.class).withNoRetryOn(IllegalArgumentException.class);
        Map<String, Exception> thrown = Map.of(
                "itself", new IOException("x"),
                "subclass", new FileNotFoundException("x"),
                "cause", new ExecutionException(new NumberFormatException("x")),
                "other", new IllegalStateException("x"));
        world.runs(task -> {
            throw Objects.requireNonNull(thrown.get(task.id()));
        });
        for (String id : thrown.keySet()) {
            Submission task = submit(task().id(id).maxAttempts(2).retry(picky));
            assertThat(world.untilEnded(task)).as(id).hasSize(id.equals("other") ? 1 : 0);
        }
    }

    @Test
    void an_exception_that_cannot_tell_its_message_or_contains_itself_ends_its_attempt_like_any_other()
            throws IOException {
        world.runs(task -> {
            if (task.attempt() == 1) throw new Mute();
            Exception a = new Exception("a");
            throw new IllegalStateException("b", a.initCause(new IllegalStateException(a)));
        });
        Submission task = submit(task().maxAttempts(2).retry(FIXED.withNoRetryOn(IOException.class)));
        world.untilEnded(task);
        assertThat(attempt(world.read(task), 0).path("reason").asText()).isEqualTo(Mute.class.getName());
        assertThat(world.read(task).error()).contains("IllegalStateException: b");
    }

    private static final class Mute extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @Override
        public String getMessage() {
            throw new IllegalStateException("no message");
        }
    }

    @Test
    void what_a_kind_or_the_service_says_holds_until_the_task_says_otherwise() throws IOException {
        world.rules(
                new AttemptRules(
                        OptionalInt.of(2),
                        Optional.empty(),
                        Optional.empty(),
                        Json.object().put("jitter", "none").put("base", 7)),
                Map.of(
                        LoopWorld.KIND,
                        new AttemptRules(
                                OptionalInt.of(3),
                                Optional.empty(),
                                Optional.empty(),
                                Json.object().put("strategy", "fixed"))));
        world.runs(task -> {
            throw new IOException("again");
        });
        assertThat(world.untilEnded(submit(task()))).as("the kind's").containsExactly(7_000L, 7_000L);
        assertThat(world.untilEnded(submit(Task.ofDefaultKind())))
                .as("of the default kind, too")
                .containsExactly(7_000L, 7_000L);
        assertThat(world.untilEnded(submit(task().maxAttempts(2).with("retry", Map.of("base", 2)))))
                .as("the task's")
                .containsExactly(2_000L);
    }

    @Test
    void deaths_of_workers_stand_in_the_history_beside_ordinary_failures() throws IOException {
        world.runs(task -> {
            if (task.attempt() != 2) throw new IOException("not yet");
            // The worker falls silent and a steward takes its task away.
            world.member("steward").rescue(incarnation -> true);
            return "nobody hears this";
        });
        Submission task = submit(task().maxAttempts(3).retry(FIXED));
        world.untilEnded(task);
        assertThat(world.attempts(task)).containsExactly("1 failed", "2 died", "3 failed");
        assertThat(attempt(world.read(task), 1).path("rescued_at").isNumber()).isTrue();
    }

    @Test
    void a_task_whose_last_attempt_kills_its_worker_is_given_up_with_all_attempts() throws IOException {
        Set<Integer> kills = Set.of(2, 3);
        world.runs(task -> {
            if (!kills.contains(task.attempt())) throw new IOException("not yet");
            world.member("steward").rescue(incarnation -> true);
            return "nobody hears this";
        });
        Submission task = submit(task().maxAttempts(3).retry(FIXED));
        world.untilEnded(task);
        TaskRecord record = world.read(task);
        assertThat(record.view().state()).isEqualTo(TaskState.FAILED);
        assertThat(record.error().orElseThrow())
                .startsWith("given up: in the last of 3 attempts its worker died")
                .contains("max_attempts");
        assertThat(world.attempts(task)).containsExactly("1 failed", "2 died", "3 died");
    }

    @Test
    void an_attempt_with_a_message_of_any_length_stays_in_the_history() throws IOException {
        world.runs(task -> {
            if (task.attempt() < 3) throw new IOException("x".repeat(200_000));
            world.member("steward").rescue(incarnation -> true);
            return "nobody hears this";
        });
        Submission task = submit(task().maxAttempts(3).retry(FIXED));
        world.untilEnded(task);
        assertThat(world.attempts(task)).containsExactly("1 failed", "2 failed", "3 died");
        assertThat(attempt(world.read(task), 0).path("reason").asText())
                .startsWith("IOException: xxx")
                .endsWith("... (200013 characters)");
        assertThat(world.read(task).error().orElseThrow())
                .as("not all attempts killed their worker")
                .startsWith("given up: in the last of 3 attempts");
    }
}
