package dev.millrace.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.queue.Claim;
import dev.millrace.queue.Submission;
import dev.millrace.queue.TaskFilter;
import dev.millrace.queue.TaskView;
import dev.millrace.queue.WorkerQueue;
import dev.millrace.task.Task;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Finding, listing and measuring without changing anything. A part of {@link QueueContract}. */
interface LookContract {

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
}
