package dev.millrace.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import dev.millrace.event.Event;
import dev.millrace.json.Json;
import dev.millrace.queue.Claim;
import dev.millrace.queue.Settlement;
import dev.millrace.queue.Submission;
import dev.millrace.queue.TaskFilter;
import dev.millrace.queue.TaskQueue;
import dev.millrace.queue.TaskRecord;
import dev.millrace.queue.TaskView;
import dev.millrace.queue.WorkerQueue;
import dev.millrace.task.InvalidTaskException;
import dev.millrace.task.Outcome;
import dev.millrace.task.Task;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What every {@link TaskQueue} promises. Implement it in a test class, build the queue in {@link #createQueue}, and run
 * it with JUnit.
 *
 * <p>Each promise gets a queue of its own, empty at the start, with the clocks and the event sink that it hands over, and
 * a poll interval of one second.
 */
@ExtendWith(ContractBenches.class)
public interface QueueContract {

    /**
     * Builds an empty queue that is ready for use.
     *
     * @param time the clocks that it must use
     * @param events where its events must go
     */
    TaskQueue createQueue(SteppedTime time, RecordingEvents events) throws IOException;

    @Test
    default void an_empty_queue_has_nothing_to_claim_and_counts_nothing(ContractBench bench) throws IOException {
        assertTrue(bench.join(0, "a").claim().isEmpty());
        bench.expectCounts(0, 0, 0, 0, 0);
        assertTrue(bench.queue().ages().oldestPending().isEmpty());
        assertTrue(bench.queue().list(TaskFilter.all()).isEmpty());
    }

    @Test
    default void a_task_goes_from_submit_to_claim_to_done_and_keeps_what_it_was_given(ContractBench bench)
            throws IOException {
        Submission submitted = bench.queue()
                .submit(Task.of("resize").id("pic-1").args(Map.of("width", 640)).with("own", "kept"));
        assertEquals(TaskState.PENDING, submitted.state());
        assertEquals("pic-1", submitted.id());
        WorkerQueue a = bench.join(3, "a");
        Claim claim = ContractBench.claimed(a);
        assertEquals("pic-1", claim.id());
        assertEquals(submitted.stem(), claim.stem());
        assertEquals(1, claim.attempt());
        assertEquals("resize", claim.document().kind().orElseThrow());
        assertEquals(640, claim.document().args().path("width").intValue());
        assertTrue(a.stillHolds(claim));
        bench.expectCounts(0, 0, 1, 0, 0);
        bench.time().advance(Duration.ofMillis(1_500));
        assertInstanceOf(Settlement.Settled.class, a.settle(claim, ContractBench.done("ready")));
        TaskRecord record = bench.record("pic-1");
        assertEquals(TaskState.DONE, record.view().state());
        assertEquals("ready", record.result().textValue());
        assertEquals("kept", record.value("own").textValue());
        assertEquals("done", record.value("status").textValue());
        assertEquals(1.5, record.runtimeSeconds().orElseThrow());
        assertEquals(3, record.value("worker_id").intValue());
        assertEquals("a", record.value("worker_name").textValue());
        assertEquals(
                a.member().incarnation(),
                record.value("claim").path("worker_incarnation").textValue());
        assertFalse(a.stillHolds(claim));
        bench.expectCounts(0, 0, 0, 1, 0);
    }

    @Test
    default void a_task_is_claimed_by_one_worker_only(ContractBench bench) throws IOException {
        bench.queue().submit(Task.of("k").id("one"));
        WorkerQueue a = bench.join(0, "a");
        WorkerQueue b = bench.join(1, "b");
        assertTrue(a.claim().isPresent());
        assertTrue(b.claim().isEmpty());
        assertTrue(bench.claimAfterPoll(b).isEmpty());
    }

    @Test
    default void tasks_are_claimed_in_the_order_of_their_submission(ContractBench bench) throws IOException {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 50; i++) ids.add("t" + (97 * i % 50));
        for (String id : ids) bench.queue().submit(Task.of("k").id(id));
        assertEquals(ids, bench.drain(bench.join(0, "a")));
    }

    @Test
    default void tasks_that_are_submitted_together_keep_their_order(ContractBench bench) throws IOException {
        List<Task> tasks = new ArrayList<>();
        for (int i = 0; i < 20; i++) tasks.add(Task.of("k").id("t" + i));
        List<Submission> submitted = bench.queue().submitAll(tasks);
        assertEquals(submitted.stream().map(Submission::id).toList(), bench.drain(bench.join(0, "a")));
    }

    @Test
    default void urgent_tasks_come_first_and_equal_ones_in_order(ContractBench bench) throws IOException {
        bench.queue().submit(Task.of("k").id("usual"));
        bench.queue().submit(Task.of("k").id("last").priority(0));
        bench.queue().submit(Task.of("k").id("first").priority(9));
        bench.queue().submit(Task.of("k").id("usual-too").priority(4));
        bench.queue().submit(Task.of("k").id("second").priority(9));
        assertEquals(List.of("first", "second", "usual", "usual-too", "last"), bench.drain(bench.join(0, "a")));
    }

    @Test
    default void a_delayed_task_waits_until_it_is_due_and_promoted(ContractBench bench) throws IOException {
        bench.queue()
                .submit(Task.of("k")
                        .id("later")
                        .notBefore(bench.time().instant().plusSeconds(60)));
        bench.queue()
                .submit(Task.of("k")
                        .id("at-once")
                        .notBefore(bench.time().instant().minusSeconds(60)));
        bench.expectCounts(1, 1, 0, 0, 0);
        WorkerQueue a = bench.join(0, "a");
        bench.time().advance(Duration.ofSeconds(59));
        assertEquals(0, a.promote());
        assertEquals(List.of("at-once"), bench.drain(a));
        bench.time().advance(Duration.ofSeconds(1));
        assertEquals(1, a.promote());
        assertEquals(0, a.promote());
        assertEquals(List.of("later"), bench.drain(a));
    }

    @Test
    default void delayed_tasks_become_claimable_in_the_order_in_which_they_are_due(ContractBench bench)
            throws IOException {
        bench.queue()
                .submit(Task.of("k")
                        .id("third")
                        .notBefore(bench.time().instant().plusSeconds(30)));
        bench.queue()
                .submit(Task.of("k")
                        .id("first")
                        .notBefore(bench.time().instant().plusSeconds(10)));
        bench.queue()
                .submit(Task.of("k")
                        .id("second")
                        .notBefore(bench.time().instant().plusSeconds(10)));
        bench.time().advance(Duration.ofSeconds(40));
        WorkerQueue a = bench.join(0, "a");
        assertEquals(3, a.promote());
        assertEquals(List.of("first", "second", "third"), bench.drain(a));
    }

    @Test
    default void a_failed_task_says_why(ContractBench bench) throws IOException {
        bench.queue().submit(Task.of("k").id("bad"));
        WorkerQueue a = bench.join(0, "a");
        a.settle(ContractBench.claimed(a), new Outcome.Failed("no such picture", "at line 3"));
        TaskRecord record = bench.record("bad");
        assertEquals(TaskState.FAILED, record.view().state());
        assertEquals("no such picture", record.error().orElseThrow());
        assertEquals("at line 3", record.value("traceback").textValue());
        assertTrue(record.quarantine().isEmpty());
        bench.expectCounts(0, 0, 0, 0, 1);
    }

    @Test
    default void a_cancelled_task_is_neither_done_nor_failed(ContractBench bench) throws IOException {
        bench.queue().submit(Task.of("k").id("off"));
        WorkerQueue a = bench.join(0, "a");
        a.settle(ContractBench.claimed(a), new Outcome.Cancelled("called off"));
        assertEquals(TaskState.CANCELLED, bench.stateOf("off"));
        assertEquals("called off", bench.record("off").error().orElseThrow());
    }

    @Test
    default void a_retry_spends_an_attempt_and_its_record_ends_up_in_the_document(ContractBench bench)
            throws IOException {
        bench.queue().submit(Task.of("k").id("flaky"));
        WorkerQueue a = bench.join(0, "a");
        Claim first = ContractBench.claimed(a);
        assertInstanceOf(Settlement.PutBack.class, a.settle(first, new Outcome.Retry("first try", Duration.ZERO)));
        assertEquals(TaskState.PENDING, bench.stateOf("flaky"));
        Claim second = bench.claimAfterPoll(a).orElseThrow();
        assertEquals(2, second.attempt());
        assertEquals(first.stem(), second.stem());
        assertEquals(first.idempotencyKey(), second.idempotencyKey());
        a.settle(second, new Outcome.Retry("second try", Duration.ofSeconds(10)));
        assertEquals(TaskState.SCHEDULED, bench.stateOf("flaky"));
        bench.time().advance(Duration.ofSeconds(10));
        assertEquals(1, a.promote());
        Claim third = bench.claimAfterPoll(a).orElseThrow();
        a.settle(third, ContractBench.done("at last"));
        TaskRecord record = bench.record("flaky");
        assertEquals(3, record.value("attempt").intValue());
        JsonNode attempts = record.value("attempts");
        assertEquals(2, attempts.size());
        assertEquals("first try", attempts.get(0).path("reason").textValue());
        assertEquals(1, attempts.get(0).path("attempt").intValue());
        assertEquals("second try", attempts.get(1).path("reason").textValue());
        assertEquals(2, attempts.get(1).path("attempt").intValue());
    }

    @Test
    default void a_task_that_is_handed_back_spends_no_attempt(ContractBench bench) throws IOException {
        bench.queue().submit(Task.of("k").id("unfinished"));
        WorkerQueue a = bench.join(0, "a");
        a.settle(ContractBench.claimed(a), new Outcome.HandedBack("draining"));
        assertEquals(TaskState.PENDING, bench.stateOf("unfinished"));
        WorkerQueue b = bench.join(1, "b");
        Claim again = ContractBench.claimed(b);
        assertEquals(1, again.attempt());
        b.settle(again, ContractBench.done("ok"));
        assertTrue(bench.record("unfinished").value("attempts").isMissingNode());
    }

    @Test
    default void a_task_for_a_worker_waits_for_it(ContractBench bench) throws IOException {
        bench.queue().submit(Task.of("k").id("for-b").worker("b"));
        bench.queue().submit(Task.of("k").id("for-any"));
        assertEquals(List.of("for-any"), bench.drain(bench.join(0, "a")));
        assertEquals(List.of("for-b"), bench.drain(bench.join(1, "b")));
    }

    @Test
    default void a_number_targets_by_value_so_that_zero_and_false_are_worker_zero(ContractBench bench)
            throws IOException {
        bench.queue().submit(Task.of("k").id("zero").with("worker_idx", 0.0));
        bench.queue().submit(Task.of("k").id("false").with("worker_idx", false));
        bench.queue().submit(Task.of("k").id("one").with("worker_idx", 1));
        bench.queue().submit(Task.of("k").id("nobody-in-particular").with("worker_idx", null));
        assertEquals(List.of("one", "nobody-in-particular"), bench.drain(bench.join(1, "b")));
        assertEquals(List.of("zero", "false"), bench.drain(bench.join(0, "a")));
    }

    @Test
    default void a_name_and_a_number_must_both_fit(ContractBench bench) throws IOException {
        bench.queue().submit(Task.of("k").id("both").worker("b").with("worker_idx", 1));
        assertEquals(List.of(), bench.drain(bench.join(1, "a")));
        assertEquals(List.of(), bench.drain(bench.join(0, "b")));
        assertEquals(List.of("both"), bench.drain(bench.join(1, "b")));
    }

    @Test
    default void a_task_for_a_worker_that_does_not_exist_any_more_may_be_run_by_anyone(ContractBench bench)
            throws IOException {
        bench.queue().submit(Task.of("k").id("for-gone").worker("gone"));
        WorkerQueue a = bench.join(0, "a");
        assertEquals(List.of(), bench.drain(a), "nothing is known of the others");
        a.knowWorkers(() -> Set.of("a", "gone"));
        assertEquals(List.of(), bench.drain(a), "it exists");
        a.knowWorkers(() -> Set.of("a", "b"));
        assertEquals(List.of("for-gone"), bench.drain(a));
    }

    @Test
    default void a_dead_workers_task_is_put_back_and_its_late_result_is_dropped(ContractBench bench)
            throws IOException {
        bench.queue().submit(Task.of("k").id("orphan"));
        WorkerQueue a = bench.join(0, "a");
        Claim lost = ContractBench.claimed(a);
        WorkerQueue b = bench.join(1, "b");
        assertEquals(1, b.rescue(a.member().incarnation()::equals));
        assertFalse(a.stillHolds(lost));
        Claim again = bench.claimAfterPoll(b).orElseThrow();
        assertEquals(2, again.attempt());
        b.settle(again, ContractBench.done("by b"));
        assertInstanceOf(Settlement.Fenced.class, a.settle(lost, ContractBench.done("by a")));
        TaskRecord record = bench.record("orphan");
        assertEquals("by b", record.result().textValue());
        assertEquals(1, record.value("attempts").size());
        assertEquals(1, bench.events().of(Event.Rescued.class).size());
        assertEquals(1, bench.events().of(Event.Fenced.class).size());
    }

    @Test
    default void the_living_are_not_rescued(ContractBench bench) throws IOException {
        bench.queue().submit(Task.of("k").id("mine"));
        WorkerQueue a = bench.join(0, "a");
        Claim claim = ContractBench.claimed(a);
        assertEquals(0, bench.join(1, "b").rescue(incarnation -> false));
        assertEquals(0, a.rescue(incarnation -> true), "nobody rescues from itself");
        assertTrue(a.stillHolds(claim));
    }

    @Test
    default void a_task_that_kills_its_workers_is_failed_after_its_last_attempt(ContractBench bench)
            throws IOException {
        bench.queue().submit(Task.of("k").id("poison").maxAttempts(2));
        for (int attempt = 1; attempt <= 2; attempt++) {
            WorkerQueue victim = bench.join(attempt, "victim" + attempt);
            assertEquals(attempt, ContractBench.claimed(victim).attempt());
            bench.join(10 + attempt, "steward" + attempt).rescue(victim.member().incarnation()::equals);
        }
        TaskRecord record = bench.record("poison");
        assertEquals(TaskState.FAILED, record.view().state());
        assertEquals(
                "expired-worker-heartbeat",
                record.value("recovery").path("reason").textValue());
        assertTrue(record.error().orElseThrow().contains("2"));
    }

    @Test
    default void a_task_is_found_by_its_id_and_located_by_its_name_in_every_state(ContractBench bench)
            throws IOException {
        Submission submitted = bench.queue()
                .submit(Task.of("k").id("lost").notBefore(bench.time().instant().plusSeconds(5)));
        String stem = submitted.stem();
        assertEquals(
                TaskState.SCHEDULED, bench.queue().locate(stem).orElseThrow().state());
        WorkerQueue a = bench.join(0, "a");
        bench.time().advance(Duration.ofSeconds(5));
        a.promote();
        assertEquals(TaskState.PENDING, bench.queue().locate(stem).orElseThrow().state());
        Claim claim = ContractBench.claimed(a);
        TaskView running = bench.queue().locate(stem).orElseThrow();
        assertEquals(TaskState.RUNNING, running.state());
        assertEquals(a.member().incarnation(), running.incarnation());
        a.settle(claim, ContractBench.retryIn(Duration.ofSeconds(1)));
        TaskView waiting = bench.queue().locate(stem).orElseThrow();
        assertEquals(TaskState.SCHEDULED, waiting.state());
        assertEquals(2, waiting.attempt());
        assertEquals(List.of(waiting), bench.queue().find("lost"));
        assertEquals(List.of(waiting), bench.queue().find(stem));
        bench.time().advance(Duration.ofSeconds(1));
        a.promote();
        a.settle(bench.claimAfterPoll(a).orElseThrow(), ContractBench.done("ok"));
        assertEquals(TaskState.DONE, bench.queue().locate(stem).orElseThrow().state());
        assertTrue(bench.queue().locate("no-such").isEmpty());
        assertTrue(bench.queue().find("los").isEmpty(), "an id is found whole or not at all");
    }

    @Test
    default void an_id_that_is_used_again_finds_all_its_tasks_the_newest_first(ContractBench bench) throws IOException {
        Submission older = bench.queue().submit(Task.of("k").id("twice"));
        bench.time().advance(Duration.ofSeconds(1));
        Submission newer = bench.queue().submit(Task.of("k").id("twice"));
        assertEquals(
                List.of(newer.stem(), older.stem()),
                bench.queue().find("twice").stream().map(TaskView::stem).toList());
    }

    @Test
    default void a_list_is_filtered_by_state_id_and_number(ContractBench bench) throws IOException {
        for (int i = 0; i < 5; i++) bench.queue().submit(Task.of("k").id("red-" + i));
        bench.queue().submit(Task.of("k").id("blue"));
        WorkerQueue a = bench.join(0, "a");
        a.settle(ContractBench.claimed(a), ContractBench.done("ok"));
        TaskFilter all = TaskFilter.all();
        assertEquals(6, bench.queue().list(all).size());
        assertEquals(
                5,
                bench.queue()
                        .list(all.withStates(EnumSet.of(TaskState.PENDING)))
                        .size());
        assertEquals(5, bench.queue().list(all.withIdPart("red")).size());
        assertEquals(
                List.of("red-0", "red-1"),
                bench.queue().list(all.withIdPart("red").withLimit(2)).stream()
                        .map(TaskView::id)
                        .toList());
    }

    @Test
    default void ages_tell_how_long_tasks_have_waited(ContractBench bench) throws IOException {
        bench.queue().submit(Task.of("k").id("old"));
        bench.queue()
                .submit(Task.of("k").id("due").notBefore(bench.time().instant().plusSeconds(20)));
        bench.time().advance(Duration.ofSeconds(30));
        assertEquals(30.0, bench.queue().ages().oldestPending().orElseThrow(), 0.01);
        assertEquals(10.0, bench.queue().ages().mostOverdue().orElseThrow(), 0.01);
        assertTrue(bench.queue().ages().oldestRunning().isEmpty());
        ContractBench.claimed(bench.join(0, "a"));
        assertTrue(bench.queue().ages().oldestRunning().isPresent());
        assertTrue(bench.queue().ages().oldestPending().isEmpty());
    }

    @Test
    default void ids_that_cannot_be_names_are_refused_by_name(ContractBench bench) throws IOException {
        for (String id : List.of("../x", "a/b", "", ".hidden", "a b", "x".repeat(300), "a..b", "a\nb", "ü")) {
            InvalidTaskException refused = assertThrows(
                    InvalidTaskException.class,
                    () -> bench.queue().submit(Task.of("k").id(id)),
                    id);
            assertEquals("task_id", refused.key());
        }
        assertEquals(0, bench.queue().list(TaskFilter.all()).size());
    }

    @Test
    default void of_several_tasks_none_is_accepted_when_one_is_wrong(ContractBench bench) throws IOException {
        List<Task> tasks =
                List.of(Task.of("k").id("good"), Task.of("k").id("bad").with("priority", 11));
        InvalidTaskException refused =
                assertThrows(InvalidTaskException.class, () -> bench.queue().submitAll(tasks));
        assertTrue(String.valueOf(refused.getMessage()).contains("priority"), refused.getMessage());
        assertEquals(0, bench.queue().list(TaskFilter.all()).size());
    }

    @Test
    default void a_task_beyond_the_size_limit_is_refused_with_the_way_out(ContractBench bench) throws IOException {
        Task huge = Task.of("k").id("huge").args(Map.of("text", "x".repeat(1 << 20)));
        InvalidTaskException refused =
                assertThrows(InvalidTaskException.class, () -> bench.queue().submit(huge));
        assertTrue(String.valueOf(refused.getMessage()).contains("file"), refused.getMessage());
        assertEquals(0, bench.queue().list(TaskFilter.all()).size());
    }

    @Test
    default void results_of_any_json_come_back_as_they_were(ContractBench bench) throws IOException {
        List<Object> results =
                new ArrayList<>(List.of(1, 2.5, "text \ud800 \u00fc", true, List.of(), Map.of("a", List.of(1))));
        for (int i = 0; i < results.size(); i++)
            bench.queue().submit(Task.of("k").id("r" + i));
        WorkerQueue a = bench.join(0, "a");
        for (Object result : results) a.settle(ContractBench.claimed(a), new Outcome.Done(Json.tree(result)));
        for (int i = 0; i < results.size(); i++)
            assertEquals(Json.tree(results.get(i)), bench.record("r" + i).result());
    }

    @Test
    default void an_outcome_that_nobody_could_read_back_fails_its_task_with_the_reason(ContractBench bench)
            throws IOException {
        bench.queue().submit(Task.of("k").id("deep"));
        bench.queue().submit(Task.of("k").id("large"));
        bench.queue().submit(Task.of("k").id("odd"));
        WorkerQueue a = bench.join(0, "a");
        JsonNode deep = IntNode.valueOf(1);
        for (int i = 0; i < 250; i++) deep = Json.tree(List.of(deep));
        a.settle(ContractBench.claimed(a), new Outcome.Done(deep));
        a.settle(ContractBench.claimed(a), ContractBench.done("x".repeat(20 << 20)));
        a.settle(ContractBench.claimed(a), new Outcome.Done(Json.tree(Map.of("\ud800", 1))));
        assertEquals(TaskState.FAILED, bench.stateOf("odd"));
        assertTrue(
                bench.record("odd").error().orElseThrow().contains("surrogate"),
                bench.record("odd").toString());
        assertEquals(TaskState.FAILED, bench.stateOf("deep"));
        assertTrue(
                bench.record("deep").error().orElseThrow().contains("depth"),
                bench.record("deep").toString());
        assertEquals(TaskState.FAILED, bench.stateOf("large"));
        assertTrue(bench.record("large").error().orElseThrow().contains("file"), "the way out");
    }

    @Test
    default void values_that_are_no_json_are_refused_by_key(ContractBench bench) {
        List<Object> loop = new ArrayList<>();
        loop.add(loop);
        for (Object hopeless : List.of(loop, Optional.of(1))) {
            InvalidTaskException refused =
                    assertThrows(InvalidTaskException.class, () -> Task.of("k").args(Map.of("x", hopeless)));
            assertEquals("args", refused.key());
        }
    }

    @Test
    default void a_settled_claim_cannot_be_settled_again(ContractBench bench) throws IOException {
        bench.queue().submit(Task.of("k").id("once"));
        WorkerQueue a = bench.join(0, "a");
        Claim claim = ContractBench.claimed(a);
        a.settle(claim, new Outcome.Done(IntNode.valueOf(1)));
        assertInstanceOf(Settlement.Fenced.class, a.settle(claim, new Outcome.Done(IntNode.valueOf(2))));
        assertInstanceOf(Settlement.Fenced.class, a.settle(claim, ContractBench.retryIn(Duration.ZERO)));
        assertInstanceOf(Settlement.Fenced.class, a.settle(claim, new Outcome.HandedBack("late")));
        assertEquals(1, bench.record("once").result().intValue());
        bench.expectCounts(0, 0, 0, 1, 0);
    }

    @Test
    default void an_interrupted_wait_for_news_ends_with_a_wake(ContractBench bench) throws Exception {
        WorkerQueue a = bench.join(0, "a");
        a.wake();
        a.awaitNews(Duration.ofMinutes(1));
    }
}
