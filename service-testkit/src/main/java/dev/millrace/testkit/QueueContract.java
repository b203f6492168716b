package dev.millrace.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.millrace.event.Event;
import dev.millrace.json.Json;
import dev.millrace.queue.Claim;
import dev.millrace.queue.Member;
import dev.millrace.queue.QueueCounts;
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
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every {@link TaskQueue} promises. Extend it, build the queue in {@link #createQueue}, and run it as a JUnit test.
 *
 * <p>The suite uses one queue per test, empty at the start, with the clocks and the event sink that it hands over, and a
 * poll interval of one second.
 */
public abstract class QueueContract {
    private final SteppedTime time = SteppedTime.create();
    private final RecordingEvents events = RecordingEvents.create();
    private final RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
    private final List<WorkerQueue> joined = new ArrayList<>();
    private TaskQueue queue;

    /** For subclasses. */
    protected QueueContract() {}

    /**
     * Builds an empty queue that is ready for use.
     *
     * @param time the clocks that it must use
     * @param events where its events must go
     */
    protected abstract TaskQueue createQueue(SteppedTime time, RecordingEvents events) throws IOException;

    @BeforeEach
    final void buildQueue() throws IOException {
        queue = createQueue(time, events);
    }

    @AfterEach
    final void leave() throws IOException {
        for (WorkerQueue member : joined) member.close();
    }

    private WorkerQueue join(int id, String name) {
        WorkerQueue member = queue.join(Member.newLife(id, name, random));
        joined.add(member);
        return member;
    }

    private static Claim claimed(WorkerQueue member) throws IOException {
        return member.claim().orElseThrow(() -> new AssertionError("nothing to claim"));
    }

    /** As a worker does that waits for its next poll. */
    private Optional<Claim> claimAfterPoll(WorkerQueue member) throws IOException {
        time.advance(Duration.ofSeconds(1));
        return member.claim();
    }

    private List<String> drain(WorkerQueue member) throws IOException {
        List<String> ids = new ArrayList<>();
        for (Optional<Claim> claim = claimAfterPoll(member); claim.isPresent(); claim = member.claim()) {
            ids.add(claim.get().id());
            member.settle(claim.get(), done("ok"));
        }
        return ids;
    }

    private static Outcome done(String result) {
        return new Outcome.Done(TextNode.valueOf(result));
    }

    private static Outcome retryIn(Duration delay) {
        return new Outcome.Retry("try again", delay);
    }

    private TaskRecord record(String id) throws IOException {
        List<TaskView> found = queue.find(id);
        assertEquals(1, found.size(), "tasks of id " + id);
        return queue.read(found.get(0)).orElseThrow();
    }

    private TaskState stateOf(String id) throws IOException {
        return record(id).view().state();
    }

    private void expectCounts(long pending, long scheduled, long running, long done, long failed) throws IOException {
        QueueCounts counts = queue.counts();
        assertEquals(pending, counts.of(TaskState.PENDING), "pending");
        assertEquals(scheduled, counts.of(TaskState.SCHEDULED), "scheduled");
        assertEquals(running, counts.of(TaskState.RUNNING), "running");
        assertEquals(done, counts.of(TaskState.DONE), "done");
        assertEquals(failed, counts.of(TaskState.FAILED), "failed");
    }

    @Test
    final void an_empty_queue_has_nothing_to_claim_and_counts_nothing() throws IOException {
        assertTrue(join(0, "a").claim().isEmpty());
        expectCounts(0, 0, 0, 0, 0);
        assertTrue(queue.ages().oldestPending().isEmpty());
        assertTrue(queue.list(TaskFilter.all()).isEmpty());
    }

    @Test
    final void a_task_goes_from_submit_to_claim_to_done_and_keeps_what_it_was_given() throws IOException {
        Submission submitted = queue.submit(
                Task.of("resize").id("pic-1").args(Map.of("width", 640)).with("own", "kept"));
        assertEquals(TaskState.PENDING, submitted.state());
        assertEquals("pic-1", submitted.id());
        WorkerQueue a = join(3, "a");
        Claim claim = claimed(a);
        assertEquals("pic-1", claim.id());
        assertEquals(submitted.stem(), claim.stem());
        assertEquals(1, claim.attempt());
        assertEquals("resize", claim.document().kind().orElseThrow());
        assertEquals(640, claim.document().args().path("width").intValue());
        assertTrue(a.stillHolds(claim));
        expectCounts(0, 0, 1, 0, 0);
        time.advance(Duration.ofMillis(1_500));
        assertInstanceOf(Settlement.Settled.class, a.settle(claim, done("ready")));
        TaskRecord record = record("pic-1");
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
        expectCounts(0, 0, 0, 1, 0);
    }

    @Test
    final void a_task_is_claimed_by_one_worker_only() throws IOException {
        queue.submit(Task.of("k").id("one"));
        WorkerQueue a = join(0, "a");
        WorkerQueue b = join(1, "b");
        assertTrue(a.claim().isPresent());
        assertTrue(b.claim().isEmpty());
        assertTrue(claimAfterPoll(b).isEmpty());
    }

    @Test
    final void tasks_are_claimed_in_the_order_of_their_submission() throws IOException {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 50; i++) ids.add("t" + (97 * i % 50));
        for (String id : ids) queue.submit(Task.of("k").id(id));
        assertEquals(ids, drain(join(0, "a")));
    }

    @Test
    final void tasks_that_are_submitted_together_keep_their_order() throws IOException {
        List<Task> tasks = new ArrayList<>();
        for (int i = 0; i < 20; i++) tasks.add(Task.of("k").id("t" + i));
        List<Submission> submitted = queue.submitAll(tasks);
        assertEquals(submitted.stream().map(Submission::id).toList(), drain(join(0, "a")));
    }

    @Test
    final void urgent_tasks_come_first_and_equal_ones_in_order() throws IOException {
        queue.submit(Task.of("k").id("usual"));
        queue.submit(Task.of("k").id("last").priority(0));
        queue.submit(Task.of("k").id("first").priority(9));
        queue.submit(Task.of("k").id("usual-too").priority(4));
        queue.submit(Task.of("k").id("second").priority(9));
        assertEquals(List.of("first", "second", "usual", "usual-too", "last"), drain(join(0, "a")));
    }

    @Test
    final void a_delayed_task_waits_until_it_is_due_and_promoted() throws IOException {
        queue.submit(Task.of("k").id("later").notBefore(time.instant().plusSeconds(60)));
        queue.submit(Task.of("k").id("at-once").notBefore(time.instant().minusSeconds(60)));
        expectCounts(1, 1, 0, 0, 0);
        WorkerQueue a = join(0, "a");
        time.advance(Duration.ofSeconds(59));
        assertEquals(0, a.promote());
        assertEquals(List.of("at-once"), drain(a));
        time.advance(Duration.ofSeconds(1));
        assertEquals(1, a.promote());
        assertEquals(0, a.promote());
        assertEquals(List.of("later"), drain(a));
    }

    @Test
    final void delayed_tasks_become_claimable_in_the_order_in_which_they_are_due() throws IOException {
        queue.submit(Task.of("k").id("third").notBefore(time.instant().plusSeconds(30)));
        queue.submit(Task.of("k").id("first").notBefore(time.instant().plusSeconds(10)));
        queue.submit(Task.of("k").id("second").notBefore(time.instant().plusSeconds(10)));
        time.advance(Duration.ofSeconds(40));
        WorkerQueue a = join(0, "a");
        assertEquals(3, a.promote());
        assertEquals(List.of("first", "second", "third"), drain(a));
    }

    @Test
    final void a_failed_task_says_why() throws IOException {
        queue.submit(Task.of("k").id("bad"));
        WorkerQueue a = join(0, "a");
        a.settle(claimed(a), new Outcome.Failed("no such picture", "at line 3"));
        TaskRecord record = record("bad");
        assertEquals(TaskState.FAILED, record.view().state());
        assertEquals("no such picture", record.error().orElseThrow());
        assertEquals("at line 3", record.value("traceback").textValue());
        assertTrue(record.quarantine().isEmpty());
        expectCounts(0, 0, 0, 0, 1);
    }

    @Test
    final void a_cancelled_task_is_neither_done_nor_failed() throws IOException {
        queue.submit(Task.of("k").id("off"));
        WorkerQueue a = join(0, "a");
        a.settle(claimed(a), new Outcome.Cancelled("called off"));
        assertEquals(TaskState.CANCELLED, stateOf("off"));
        assertEquals("called off", record("off").error().orElseThrow());
    }

    @Test
    final void a_retry_spends_an_attempt_and_its_record_ends_up_in_the_document() throws IOException {
        queue.submit(Task.of("k").id("flaky"));
        WorkerQueue a = join(0, "a");
        Claim first = claimed(a);
        assertInstanceOf(Settlement.PutBack.class, a.settle(first, new Outcome.Retry("first try", Duration.ZERO)));
        assertEquals(TaskState.PENDING, stateOf("flaky"));
        Claim second = claimAfterPoll(a).orElseThrow();
        assertEquals(2, second.attempt());
        assertEquals(first.stem(), second.stem());
        assertEquals(first.idempotencyKey(), second.idempotencyKey());
        a.settle(second, new Outcome.Retry("second try", Duration.ofSeconds(10)));
        assertEquals(TaskState.SCHEDULED, stateOf("flaky"));
        time.advance(Duration.ofSeconds(10));
        assertEquals(1, a.promote());
        Claim third = claimAfterPoll(a).orElseThrow();
        a.settle(third, done("at last"));
        TaskRecord record = record("flaky");
        assertEquals(3, record.value("attempt").intValue());
        JsonNode attempts = record.value("attempts");
        assertEquals(2, attempts.size());
        assertEquals("first try", attempts.get(0).path("reason").textValue());
        assertEquals(1, attempts.get(0).path("attempt").intValue());
        assertEquals("second try", attempts.get(1).path("reason").textValue());
        assertEquals(2, attempts.get(1).path("attempt").intValue());
    }

    @Test
    final void a_task_that_is_handed_back_spends_no_attempt() throws IOException {
        queue.submit(Task.of("k").id("unfinished"));
        WorkerQueue a = join(0, "a");
        a.settle(claimed(a), new Outcome.HandedBack("draining"));
        assertEquals(TaskState.PENDING, stateOf("unfinished"));
        WorkerQueue b = join(1, "b");
        Claim again = claimed(b);
        assertEquals(1, again.attempt());
        b.settle(again, done("ok"));
        assertTrue(record("unfinished").value("attempts").isMissingNode());
    }

    @Test
    final void a_task_for_a_worker_waits_for_it() throws IOException {
        queue.submit(Task.of("k").id("for-b").worker("b"));
        queue.submit(Task.of("k").id("for-any"));
        assertEquals(List.of("for-any"), drain(join(0, "a")));
        assertEquals(List.of("for-b"), drain(join(1, "b")));
    }

    @Test
    final void a_number_targets_by_value_so_that_zero_and_false_are_worker_zero() throws IOException {
        queue.submit(Task.of("k").id("zero").with("worker_idx", 0.0));
        queue.submit(Task.of("k").id("false").with("worker_idx", false));
        queue.submit(Task.of("k").id("one").with("worker_idx", 1));
        queue.submit(Task.of("k").id("nobody-in-particular").with("worker_idx", null));
        assertEquals(List.of("one", "nobody-in-particular"), drain(join(1, "b")));
        assertEquals(List.of("zero", "false"), drain(join(0, "a")));
    }

    @Test
    final void a_name_and_a_number_must_both_fit() throws IOException {
        queue.submit(Task.of("k").id("both").worker("b").with("worker_idx", 1));
        assertEquals(List.of(), drain(join(1, "a")));
        assertEquals(List.of(), drain(join(0, "b")));
        assertEquals(List.of("both"), drain(join(1, "b")));
    }

    @Test
    final void a_task_for_a_worker_that_does_not_exist_any_more_may_be_run_by_anyone() throws IOException {
        queue.submit(Task.of("k").id("for-gone").worker("gone"));
        WorkerQueue a = join(0, "a");
        assertEquals(List.of(), drain(a), "nothing is known of the others");
        a.knowWorkers(() -> Set.of("a", "gone"));
        assertEquals(List.of(), drain(a), "it exists");
        a.knowWorkers(() -> Set.of("a", "b"));
        assertEquals(List.of("for-gone"), drain(a));
    }

    @Test
    final void a_dead_workers_task_is_put_back_and_its_late_result_is_dropped() throws IOException {
        queue.submit(Task.of("k").id("orphan"));
        WorkerQueue a = join(0, "a");
        Claim lost = claimed(a);
        WorkerQueue b = join(1, "b");
        assertEquals(1, b.rescue(a.member().incarnation()::equals));
        assertFalse(a.stillHolds(lost));
        Claim again = claimAfterPoll(b).orElseThrow();
        assertEquals(2, again.attempt());
        b.settle(again, done("by b"));
        assertInstanceOf(Settlement.Fenced.class, a.settle(lost, done("by a")));
        TaskRecord record = record("orphan");
        assertEquals("by b", record.result().textValue());
        assertEquals(1, record.value("attempts").size());
        assertEquals(1, events.of(Event.Rescued.class).size());
        assertEquals(1, events.of(Event.Fenced.class).size());
    }

    @Test
    final void the_living_are_not_rescued() throws IOException {
        queue.submit(Task.of("k").id("mine"));
        WorkerQueue a = join(0, "a");
        Claim claim = claimed(a);
        assertEquals(0, join(1, "b").rescue(incarnation -> false));
        assertEquals(0, a.rescue(incarnation -> true), "nobody rescues from itself");
        assertTrue(a.stillHolds(claim));
    }

    @Test
    final void a_task_that_kills_its_workers_is_failed_after_its_last_attempt() throws IOException {
        queue.submit(Task.of("k").id("poison").maxAttempts(2));
        for (int attempt = 1; attempt <= 2; attempt++) {
            WorkerQueue victim = join(attempt, "victim" + attempt);
            assertEquals(attempt, claimed(victim).attempt());
            join(10 + attempt, "steward" + attempt).rescue(victim.member().incarnation()::equals);
        }
        TaskRecord record = record("poison");
        assertEquals(TaskState.FAILED, record.view().state());
        assertEquals(
                "expired-worker-heartbeat",
                record.value("recovery").path("reason").textValue());
        assertTrue(record.error().orElseThrow().contains("2"));
    }

    @Test
    final void a_task_is_found_by_its_id_and_located_by_its_name_in_every_state() throws IOException {
        Submission submitted =
                queue.submit(Task.of("k").id("lost").notBefore(time.instant().plusSeconds(5)));
        String stem = submitted.stem();
        assertEquals(TaskState.SCHEDULED, queue.locate(stem).orElseThrow().state());
        WorkerQueue a = join(0, "a");
        time.advance(Duration.ofSeconds(5));
        a.promote();
        assertEquals(TaskState.PENDING, queue.locate(stem).orElseThrow().state());
        Claim claim = claimed(a);
        TaskView running = queue.locate(stem).orElseThrow();
        assertEquals(TaskState.RUNNING, running.state());
        assertEquals(a.member().incarnation(), running.incarnation());
        a.settle(claim, retryIn(Duration.ofSeconds(1)));
        TaskView waiting = queue.locate(stem).orElseThrow();
        assertEquals(TaskState.SCHEDULED, waiting.state());
        assertEquals(2, waiting.attempt());
        assertEquals(List.of(waiting), queue.find("lost"));
        assertEquals(List.of(waiting), queue.find(stem));
        time.advance(Duration.ofSeconds(1));
        a.promote();
        a.settle(claimAfterPoll(a).orElseThrow(), done("ok"));
        assertEquals(TaskState.DONE, queue.locate(stem).orElseThrow().state());
        assertTrue(queue.locate("no-such").isEmpty());
        assertTrue(queue.find("los").isEmpty(), "an id is found whole or not at all");
    }

    @Test
    final void an_id_that_is_used_again_finds_all_its_tasks_the_newest_first() throws IOException {
        Submission older = queue.submit(Task.of("k").id("twice"));
        time.advance(Duration.ofSeconds(1));
        Submission newer = queue.submit(Task.of("k").id("twice"));
        assertEquals(
                List.of(newer.stem(), older.stem()),
                queue.find("twice").stream().map(TaskView::stem).toList());
    }

    @Test
    final void a_list_is_filtered_by_state_id_and_number() throws IOException {
        for (int i = 0; i < 5; i++) queue.submit(Task.of("k").id("red-" + i));
        queue.submit(Task.of("k").id("blue"));
        WorkerQueue a = join(0, "a");
        a.settle(claimed(a), done("ok"));
        TaskFilter all = TaskFilter.all();
        assertEquals(6, queue.list(all).size());
        assertEquals(
                5, queue.list(all.withStates(EnumSet.of(TaskState.PENDING))).size());
        assertEquals(5, queue.list(all.withIdPart("red")).size());
        assertEquals(
                List.of("red-0", "red-1"),
                queue.list(all.withIdPart("red").withLimit(2)).stream()
                        .map(TaskView::id)
                        .toList());
    }

    @Test
    final void ages_tell_how_long_tasks_have_waited() throws IOException {
        queue.submit(Task.of("k").id("old"));
        queue.submit(Task.of("k").id("due").notBefore(time.instant().plusSeconds(20)));
        time.advance(Duration.ofSeconds(30));
        assertEquals(30.0, queue.ages().oldestPending().orElseThrow(), 0.01);
        assertEquals(10.0, queue.ages().mostOverdue().orElseThrow(), 0.01);
        assertTrue(queue.ages().oldestRunning().isEmpty());
        claimed(join(0, "a"));
        assertTrue(queue.ages().oldestRunning().isPresent());
        assertTrue(queue.ages().oldestPending().isEmpty());
    }

    @Test
    final void ids_that_cannot_be_names_are_refused_by_name() throws IOException {
        for (String id : List.of("../x", "a/b", "", ".hidden", "a b", "x".repeat(300), "a..b", "a\nb", "ü")) {
            InvalidTaskException refused = assertThrows(
                    InvalidTaskException.class, () -> queue.submit(Task.of("k").id(id)), id);
            assertEquals("task_id", refused.key());
        }
        assertEquals(0, queue.list(TaskFilter.all()).size());
    }

    @Test
    final void of_several_tasks_none_is_accepted_when_one_is_wrong() throws IOException {
        List<Task> tasks =
                List.of(Task.of("k").id("good"), Task.of("k").id("bad").with("priority", 11));
        InvalidTaskException refused = assertThrows(InvalidTaskException.class, () -> queue.submitAll(tasks));
        assertTrue(String.valueOf(refused.getMessage()).contains("priority"), refused.getMessage());
        assertEquals(0, queue.list(TaskFilter.all()).size());
    }

    @Test
    final void a_task_beyond_the_size_limit_is_refused_with_the_way_out() throws IOException {
        Task huge = Task.of("k").id("huge").args(Map.of("text", "x".repeat(1 << 20)));
        InvalidTaskException refused = assertThrows(InvalidTaskException.class, () -> queue.submit(huge));
        assertTrue(String.valueOf(refused.getMessage()).contains("file"), refused.getMessage());
        assertEquals(0, queue.list(TaskFilter.all()).size());
    }

    @Test
    final void results_of_any_json_come_back_as_they_were() throws IOException {
        List<Object> results =
                new ArrayList<>(List.of(1, 2.5, "text \ud800 \u00fc", true, List.of(), Map.of("a", List.of(1))));
        for (int i = 0; i < results.size(); i++) queue.submit(Task.of("k").id("r" + i));
        WorkerQueue a = join(0, "a");
        for (Object result : results) a.settle(claimed(a), new Outcome.Done(Json.tree(result)));
        for (int i = 0; i < results.size(); i++)
            assertEquals(Json.tree(results.get(i)), record("r" + i).result());
    }

    @Test
    final void an_outcome_that_nobody_could_read_back_fails_its_task_with_the_reason() throws IOException {
        queue.submit(Task.of("k").id("deep"));
        queue.submit(Task.of("k").id("large"));
        queue.submit(Task.of("k").id("odd"));
        WorkerQueue a = join(0, "a");
        JsonNode deep = IntNode.valueOf(1);
        for (int i = 0; i < 250; i++) deep = Json.tree(List.of(deep));
        a.settle(claimed(a), new Outcome.Done(deep));
        a.settle(claimed(a), done("x".repeat(20 << 20)));
        a.settle(claimed(a), new Outcome.Done(Json.tree(Map.of("\ud800", 1))));
        assertEquals(TaskState.FAILED, stateOf("odd"));
        assertTrue(
                record("odd").error().orElseThrow().contains("surrogate"),
                record("odd").toString());
        assertEquals(TaskState.FAILED, stateOf("deep"));
        assertTrue(
                record("deep").error().orElseThrow().contains("depth"),
                record("deep").toString());
        assertEquals(TaskState.FAILED, stateOf("large"));
        assertTrue(record("large").error().orElseThrow().contains("file"), "the way out");
    }

    @Test
    final void values_that_are_no_json_are_refused_by_key() {
        List<Object> loop = new ArrayList<>();
        loop.add(loop);
        for (Object hopeless : List.of(loop, Optional.of(1))) {
            InvalidTaskException refused =
                    assertThrows(InvalidTaskException.class, () -> Task.of("k").args(Map.of("x", hopeless)));
            assertEquals("args", refused.key());
        }
    }

    @Test
    final void a_settled_claim_cannot_be_settled_again() throws IOException {
        queue.submit(Task.of("k").id("once"));
        WorkerQueue a = join(0, "a");
        Claim claim = claimed(a);
        a.settle(claim, new Outcome.Done(IntNode.valueOf(1)));
        assertInstanceOf(Settlement.Fenced.class, a.settle(claim, new Outcome.Done(IntNode.valueOf(2))));
        assertInstanceOf(Settlement.Fenced.class, a.settle(claim, retryIn(Duration.ZERO)));
        assertInstanceOf(Settlement.Fenced.class, a.settle(claim, new Outcome.HandedBack("late")));
        assertEquals(1, record("once").result().intValue());
        expectCounts(0, 0, 0, 1, 0);
    }

    @Test
    final void an_interrupted_wait_for_news_ends_with_a_wake() throws Exception {
        WorkerQueue a = join(0, "a");
        a.wake();
        a.awaitNews(Duration.ofMinutes(1));
    }
}
