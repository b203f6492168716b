package dev.millrace.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.millrace.lifecycle.Explanation.Code;
import dev.millrace.queue.Claim;
import dev.millrace.queue.QueueControl.Changed;
import dev.millrace.queue.Submission;
import dev.millrace.task.Outcome;
import dev.millrace.task.Task;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Tasks that share a file are explained as those that have one of their own. */
class WhyInBatchesTest extends WhyWorld {
    private void submitTogether(Task... tasks) throws IOException {
        Files.writeString(queue.layout().runtimes(), "{\"runtimes\":{\"k\":0.0001}}");
        List<Submission> submitted = queue.submitAll(List.of(tasks));
        assertThat(submitted)
                .extracting(Submission::file)
                .containsOnly(submitted.get(0).file());
    }

    @Test
    void a_task_that_shares_a_file_is_explained_as_one_with_a_file_of_its_own() throws Exception {
        submitTogether(Task.of("k").id("a"), Task.of("k").id("t"), Task.of("k").id("last"));
        expect("t", Code.NOTHING, "slots are free");
        queue.control().pause(Optional.of("k"), "out of paper");
        expect("t", Code.KIND_PAUSED, "out of paper", "millrace resume k");
        expect("k", Code.KIND_PAUSED, "out of paper", "millrace resume k");
        queue.control().resume(Optional.of("k"));
        loseBeatOf("w1");
        expect("t", Code.NOT_SERVED, "no living worker serves kind k", "w2 serves video");
    }

    @Test
    void of_a_file_that_a_worker_has_one_runs_one_has_ended_and_one_waits_to_be_tried_again() throws Exception {
        submitTogether(Task.of("k").id("a"), Task.of("k").id("t"), Task.of("k").id("last"));
        Claim first = w1.claim().orElseThrow();
        beat(w1, 0, List.of("a"));
        expect("a", Code.RUNNING, "worker w1 runs it");
        expect("last", Code.IN_LINE, "worker w1 has taken the file that it shares with others", "not begun");
        w1.settle(first, new Outcome.Done(TextNode.valueOf("x")));
        Claim second = w1.claimAfter(first).orElseThrow();
        w1.settle(second, new Outcome.Retry("no network", Duration.ofSeconds(30)));
        Claim third = w1.claimAfter(second).orElseThrow();
        w1.settle(third, new Outcome.Failed("bad", ""));
        time.advance(Duration.ofSeconds(1));
        w1.finishUnpublished();
        expect("a", Code.ENDED, "done");
        expect("last", Code.ENDED, "failed");
        expect("t", Code.BACK_OFF, "attempt 1 did not succeed", "attempt 2", "millrace requeue t");
        assertThat(queue.control().requeue(queue.find("t").get(0))).isEqualTo(Changed.DONE);
        expect("t", Code.NOTHING, "slots are free");
    }

    @Test
    void of_a_file_that_nobody_has_begun_all_begin_or_none() throws Exception {
        String due = Long.toString(time.millis() + 90_000);
        String line = "{\"schema\": \"agi.service.task.v1\", \"kind\": \"k\"}\n";
        Files.writeString(queue.layout().folder(TaskState.SCHEDULED).resolve(due + "-many.batch.jsonl"), line + line);
        String pending = queue.layout().folder(TaskState.PENDING) + "/many.batch.jsonl";
        expect("many.0", Code.NOT_DUE, "90.0 s", "start all that share its file now: mv ", due + "-many", pending);
    }

    private static Outcome retryIn(Duration delay) {
        return new Outcome.Retry("no network", delay);
    }

    private static Outcome snoozed(String reason) {
        return new Outcome.Snoozed(reason, Duration.ofSeconds(30));
    }

    /** Settles the tasks of one file, one after the other, and lets what waits go aside. */
    private void settle(Outcome... outcomes) throws IOException {
        time.advance(Duration.ofSeconds(1));
        Claim claim = w1.claim().orElseThrow();
        w1.settle(claim, outcomes[0]);
        for (Outcome outcome : List.of(outcomes).subList(1, outcomes.length)) {
            claim = w1.claimAfter(claim).orElseThrow();
            w1.settle(claim, outcome);
        }
        time.advance(Duration.ofSeconds(1));
        w1.finishUnpublished();
    }

    @Test
    void each_of_a_file_waits_for_its_own_time_wherever_the_file_lies() throws Exception {
        submitTogether(Task.of("k").id("soon"), Task.of("k").id("late"));
        settle(retryIn(Duration.ofSeconds(10)), retryIn(Duration.ofMinutes(30)));
        expect("soon", Code.BACK_OFF, "attempt 2", "in 9.0 s", "millrace requeue soon");
        expect("late", Code.BACK_OFF, "attempt 2", "in 29 min", "millrace requeue late");
        assertThat(queue.find("late").get(0).due()).hasValue(time.epochSeconds() + 1_799);
        time.advance(Duration.ofSeconds(10));
        beat(w1, 0, 2);
        w1.promote();
        expect("soon", Code.NOTHING, "slots are free");
        expect("late", Code.BACK_OFF, "attempt 2", "in 29 min", "is in line");
        Claim soon = w1.claim().orElseThrow();
        beat(w1, 0, List.of("soon"));
        assertThat(soon.id()).isEqualTo("soon");
        expect("soon", Code.RUNNING, "worker w1 runs it, attempt 2");
        expect("late", Code.BACK_OFF, "attempt 2", "in 29 min", "a worker has the file");
    }

    @Test
    void one_that_its_handler_put_off_tells_why_and_of_every_attempt_before() throws Exception {
        submitTogether(Task.of("k").id("t"), Task.of("k").id("other"));
        settle(snoozed("the file is not there"), retryIn(Duration.ofSeconds(10)));
        expect("t", Code.BACK_OFF, "put off by its handler until", "the file is not there", "millrace requeue t");
        expect("other", Code.BACK_OFF, "attempt 1 did not succeed");
        time.advance(Duration.ofSeconds(30));
        w1.promote();
        settle(snoozed("the door is shut"), retryIn(Duration.ofSeconds(10)));
        expect("other", Code.BACK_OFF, "put off by its handler until", "the door is shut");
        assertThat(attemptsOf("other")).containsExactly("1 failed", "2 snoozed");
        assertThat(attemptsOf("t")).containsExactly("1 snoozed", "1 failed");
    }

    private List<String> attemptsOf(String id) throws IOException {
        return queue.attempts(queue.read(queue.find(id).get(0)).orElseThrow()).stream()
                .map(attempt -> attempt.path("attempt").asInt() + " "
                        + attempt.path("outcome").asText())
                .toList();
    }
}
