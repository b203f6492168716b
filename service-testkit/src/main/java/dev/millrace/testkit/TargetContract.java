package dev.millrace.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millrace.queue.WorkerQueue;
import dev.millrace.task.Task;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Tasks for a worker of a name or a number. A part of {@link QueueContract}. */
interface TargetContract {

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
}
