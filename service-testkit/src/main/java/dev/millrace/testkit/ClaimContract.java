package dev.millrace.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.queue.Submission;
import dev.millrace.queue.TaskFilter;
import dev.millrace.queue.WorkerQueue;
import dev.millrace.task.Task;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who gets which task, and when. A part of {@link QueueContract}. */
interface ClaimContract {

    @Test
    default void an_empty_queue_has_nothing_to_claim_and_counts_nothing(ContractBench bench) throws IOException {
        assertTrue(bench.join(0, "a").claim().isEmpty());
        bench.expectCounts(0, 0, 0, 0, 0);
        assertTrue(bench.queue().ages().oldestPending().isEmpty());
        assertTrue(bench.queue().list(TaskFilter.all()).isEmpty());
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
    default void an_interrupted_wait_for_news_ends_with_a_wake(ContractBench bench) throws Exception {
        WorkerQueue a = bench.join(0, "a");
        a.wake();
        a.awaitNews(Duration.ofMinutes(1));
    }
}
