package dev.millrace.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import dev.millrace.json.Json;
import dev.millrace.queue.Claim;
import dev.millrace.queue.Settlement;
import dev.millrace.queue.Submission;
import dev.millrace.queue.TaskRecord;
import dev.millrace.queue.WorkerQueue;
import dev.millrace.task.Outcome;
import dev.millrace.task.Task;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What comes of a claim, and what is remembered of it. A part of {@link QueueContract}. */
interface OutcomeContract {

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
        assertEquals(3, attempts.size());
        assertEquals("first try", attempts.get(0).path("reason").textValue());
        assertEquals(1, attempts.get(0).path("attempt").intValue());
        assertEquals("second try", attempts.get(1).path("reason").textValue());
        assertEquals(2, attempts.get(1).path("attempt").intValue());
        assertEquals("failed", attempts.get(1).path("outcome").textValue());
        assertEquals("done", attempts.get(2).path("outcome").textValue());
    }

    @Test
    default void a_snoozed_task_waits_and_spends_no_attempt(ContractBench bench) throws IOException {
        bench.queue().submit(Task.of("k").id("patient"));
        WorkerQueue a = bench.join(0, "a");
        Claim first = ContractBench.claimed(a);
        Outcome snoozed = new Outcome.Snoozed("not there yet", Duration.ofSeconds(10));
        assertInstanceOf(Settlement.PutBack.class, a.settle(first, snoozed));
        assertEquals(TaskState.SCHEDULED, bench.stateOf("patient"));
        bench.time().advance(Duration.ofSeconds(10));
        assertEquals(1, a.promote());
        Claim again = bench.claimAfterPoll(a).orElseThrow();
        assertEquals(1, again.attempt());
        assertEquals(first.idempotencyKey(), again.idempotencyKey());
        a.settle(again, ContractBench.done("there"));
        JsonNode attempts = bench.record("patient").value("attempts");
        assertEquals(2, attempts.size());
        assertEquals("snoozed", attempts.get(0).path("outcome").textValue());
        assertEquals("not there yet", attempts.get(0).path("reason").textValue());
        assertEquals("done", attempts.get(1).path("outcome").textValue());
        assertInstanceOf(Settlement.Fenced.class, a.settle(again, snoozed));
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
        a.settle(ContractBench.claimed(a), ContractBench.done("x".repeat(65 << 20)));
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
}
