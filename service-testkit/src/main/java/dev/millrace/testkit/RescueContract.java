package dev.millrace.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.event.Event;
import dev.millrace.queue.Claim;
import dev.millrace.queue.Settlement;
import dev.millrace.queue.TaskRecord;
import dev.millrace.queue.WorkerQueue;
import dev.millrace.task.Task;
import dev.millrace.task.TaskState;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** The tasks of the dead. A part of {@link QueueContract}. */
interface RescueContract {

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
        assertEquals(2, record.value("attempts").size());
        assertEquals("died", record.value("attempts").path(0).path("outcome").textValue());
        assertEquals("done", record.value("attempts").path(1).path("outcome").textValue());
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
        assertEquals(2, record.value("attempts").size());
        for (JsonNode attempt : record.value("attempts"))
            assertEquals("died", attempt.path("outcome").textValue());
    }
}
