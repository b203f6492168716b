package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.queue.QueueWorld.Actor;
import dev.millrace.task.DependencyPolicy;
import dev.millrace.task.Outcome;
import dev.millrace.task.TaskState;
import dev.millrace.testkit.CrashException;
import dev.millrace.testkit.FaultyDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What becomes of tasks that wait for one that fails, vanishes, or whose steward dies. */
class FailedDependencyTest extends DependentTasks {
    @Test
    void a_failed_dependency_cancels_all_who_wait_for_it_however_far() throws IOException {
        world.queue.submitAll(List.of(task("bad"), task("next", "bad"), task("last", "next")));
        assertThat(drain()).containsExactly("bad");
        assertThat(stateOf("next")).isEqualTo(TaskState.CANCELLED);
        assertThat(errorOf("next").orElse("")).contains("its dependency bad failed");
        assertThat(stateOf("last")).isEqualTo(TaskState.CANCELLED);
        assertThat(errorOf("last").orElse("")).contains("its dependency next was cancelled");
        assertThat(world.names(world.layout().cancels())).isEmpty();
    }

    @Test
    void it_may_fail_those_who_wait_instead_or_let_them_run() throws IOException {
        world.queue.submitAll(List.of(
                task("bad"),
                task("fails", "bad").onDependencyFailure(DependencyPolicy.FAIL),
                task("runs", "bad").onDependencyFailure(DependencyPolicy.RUN)));
        assertThat(drain()).containsExactly("bad", "runs");
        assertThat(stateOf("fails")).isEqualTo(TaskState.FAILED);
        assertThat(errorOf("fails").orElse("")).contains("its dependency bad failed");
        assertThat(stateOf("runs")).isEqualTo(TaskState.DONE);
    }

    @Test
    void whoever_dies_while_it_ends_a_blocked_task_leaves_none_that_runs() throws IOException {
        for (int nth = 1; nth < 50; nth++) {
            QueueWorld each = QueueWorld.in(folder.resolve("n" + nth));
            each.queue.submitAll(List.of(task("bad"), task("next", "bad").onDependencyFailure(DependencyPolicy.FAIL)));
            Actor first = each.actor("first");
            first.queue().settle(first.claim(), new Outcome.Failed("broken", ""));
            first.disk().crash(nth, FaultyDisk.Moment.AFTER);
            try {
                first.queue().unblock();
                assertThat(nth).isGreaterThan(5);
                return;
            } catch (CrashException dead) {
                Actor heir = each.actor("heir");
                each.untilQuiet(heir, Set.of(first.incarnation()));
                heir.queue().unblock();
                each.time.advance(Duration.ofSeconds(1));
                assertThat(each.drain(heir)).as("death " + nth).isEmpty();
                String next = each.queue.find("next").get(0).stem();
                assertThat(each.stateOf(next)).as("death " + nth).isEqualTo(TaskState.FAILED);
                assertThat(each.terminal(next).path("error").asText()).contains("its dependency bad failed");
            }
        }
        throw new AssertionError("no end");
    }

    /** Its outcome was seen, and lies in the log; its renames are undone, also the one that let it go on. */
    @Test
    void a_power_cut_that_blocks_an_ended_task_again_does_not_run_it_again() throws IOException {
        world.queue.submit(task("first"));
        Submission second = world.queue.submit(task("second", "first"));
        drainOne();
        worker.queue().unblock();
        Settlement.Settled settled = (Settlement.Settled) worker.queue().settle(claimSoon(), QueueWorld.done("seen"));
        Files.move(settled.file(), world.folder(TaskState.BLOCKED).resolve(second.stem() + ".task.json"));
        Actor heir = world.actor("heir");
        heir.queue().unblock();
        assertThat(heir.queue().claim()).isEmpty();
        world.untilQuiet(heir, Set.of(worker.incarnation()));
        assertThat(world.stateOf(second.stem())).isEqualTo(TaskState.DONE);
        assertThat(world.terminal(second.stem()).path("result").asText()).isEqualTo("seen");
        assertThat(world.drain(heir)).isEmpty();
    }

    @Test
    void a_dependency_that_was_taken_away_by_hand_counts_as_failed() throws IOException {
        Submission first = world.queue.submit(task("first"));
        world.queue.submit(task("second", "first"));
        Files.delete(first.file());
        for (int i = 0; i < 3; i++) {
            worker.queue().unblock();
            world.time.advance(Duration.ofSeconds(11));
        }
        assertThat(stateOf("second")).isEqualTo(TaskState.CANCELLED);
        assertThat(errorOf("second").orElse("")).contains("first is not in the queue any more");
    }

    @Test
    void one_that_ended_long_ago_may_be_removed_while_another_still_runs() throws IOException {
        world.queue.submitAll(List.of(task("a"), task("b")));
        world.queue.submit(task("sum", "a", "b"));
        drainOne();
        worker.queue().unblock();
        Files.delete(world.queue.find("a").get(0).file());
        Actor next = world.actor("next steward");
        for (int i = 0; i < 4; i++) {
            next.queue().unblock();
            world.time.advance(Duration.ofSeconds(11));
        }
        assertThat(stateOf("sum")).isEqualTo(TaskState.BLOCKED);
        drainOne();
        next.queue().unblock();
        assertThat(drain()).containsExactly("sum");
        assertThat(dependenciesOf("sum").counts()).isEqualTo(Map.of(TaskState.DONE, 2));
    }

    @Test
    void one_that_failed_is_run_again_though_what_it_waited_for_was_removed_meanwhile() throws Exception {
        Submission first = world.queue.submit(task("first"));
        Submission bad = world.queue.submit(task("bad", "first"));
        assertThat(drain()).containsExactly("first", "bad");
        Files.delete(world.queue.locate(first.stem()).orElseThrow().file());
        TaskView failed = world.queue.locate(bad.stem()).orElseThrow();
        assertThat(world.queue.control().retry(failed)).isEqualTo(QueueControl.Changed.DONE);
        assertThat(drain()).containsExactly("bad");
    }
}
