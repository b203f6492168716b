package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.queue.QueueWorld.Actor;
import dev.millrace.task.Task;
import dev.millrace.task.TaskState;
import dev.millrace.testkit.DiskCall.Operation;
import dev.millrace.testkit.DiskTrouble;
import dev.millrace.testkit.FaultyDisk;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Blocked tasks as operators and stewards meet them. */
class BlockedTasksTest extends DependentTasks {
    @Test
    void a_blocked_task_can_be_looked_at_and_called_off() throws IOException {
        world.queue.submit(task("first"));
        Submission second = world.queue.submit(task("second", "first"));
        world.queue.submit(task("third", "second"));
        assertThat(dependenciesOf("second").counts()).isEqualTo(Map.of(TaskState.PENDING, 1));
        assertThat(dependenciesOf("second").of("first").orElseThrow().state()).contains(TaskState.PENDING);
        assertThat(world.queue.control().cancel(second.stem(), "not wanted")).isEqualTo(QueueControl.Cancelled.NOW);
        assertThat(stateOf("second")).isEqualTo(TaskState.CANCELLED);
        assertThat(drain()).containsExactly("first");
        assertThat(errorOf("third").orElse("")).contains("its dependency second was cancelled");
    }

    @Test
    void two_stewards_at_once_let_each_task_go_on_once() throws IOException {
        world.queue.submit(task("first"));
        Submission second = world.queue.submit(task("second", "first"));
        Actor other = world.actor("other");
        worker.queue().unblock();
        other.queue().unblock();
        drainOne();
        int[] paused = {0};
        worker.disk().interpose(1, FaultyDisk.Moment.BEFORE, () -> {
            paused[0]++;
            try {
                other.queue().unblock();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        worker.queue().unblock();
        assertThat(paused[0]).isEqualTo(1);
        assertThat(world.placesOf(second.stem())).hasSize(1);
        assertThat(drain()).containsExactly("second");
    }

    /** It stopped the others, too, as long as it was there. */
    @Test
    void one_that_cannot_be_looked_for_does_not_keep_the_others_from_going_on() throws IOException {
        for (String first : List.of("a", "b", "c")) {
            world.queue.submit(task(first));
            world.queue.submit(task("after-" + first, first));
        }
        worker.queue().unblock();
        for (int i = 0; i < 3; i++) drainOne();
        String bad = world.queue.find("b").get(0).stem();
        worker.disk()
                .fault(
                        call -> call.is(Operation.FACTS)
                                && call.path().toString().contains(bad),
                        FaultyDisk.Moment.BEFORE,
                        DiskTrouble.inputOutput());
        assertThatThrownBy(worker.queue()::unblock).isInstanceOf(IOException.class);
        assertThat(world.names(TaskState.BLOCKED)).singleElement().asString().contains("after-b");
    }

    /** Each of these waited until something else changed, or for a hundred looks. */
    @Test
    void a_step_that_the_disk_refuses_anywhere_is_made_up_for_by_the_next() throws IOException {
        for (int failing = 0; ; failing++) {
            String name = "t" + failing;
            world.queue.submit(task(name));
            for (int n = 0; n < 3; n++) world.queue.submit(task(name + "-after-" + n, name));
            worker.queue().unblock();
            Claim first = claimSoon();
            worker.queue().settle(first, outcome(first));
            int[] calls = {failing};
            FaultyDisk.Fault fault = worker.disk()
                    .faultOnce(call -> calls[0]-- == 0, FaultyDisk.Moment.BEFORE, DiskTrouble.inputOutput());
            try {
                worker.queue().unblock();
            } catch (IOException refused) {
                // as it was to be
            }
            fault.close();
            worker.queue().unblock();
            worker.queue().unblock();
            assertThat(world.names(TaskState.BLOCKED))
                    .as("operation " + failing)
                    .isEmpty();
            assertThat(drain()).hasSize(3);
            if (fault.strikes() == 0) break;
        }
    }

    /** It was read again when something else changed, or after a hundred looks. */
    @Test
    void one_that_could_not_be_read_is_read_again_at_the_next_look() throws IOException {
        world.queue.submit(task("first"));
        world.queue.submit(task("second", "first"));
        drainOne();
        worker.disk()
                .faultOnce(
                        call -> call.is(Operation.READ) && call.isIn("blocked"),
                        FaultyDisk.Moment.BEFORE,
                        DiskTrouble.inputOutput());
        assertThat(worker.queue().unblock()).isZero();
        assertThat(worker.queue().unblock()).isEqualTo(1);
    }

    /** What was found before the disk failed was forgotten, and its task waited until the steward began anew. */
    @Test
    void what_has_ended_is_not_forgotten_when_the_disk_fails_while_others_are_looked_for() throws IOException {
        for (String first : List.of("a", "b", "c")) {
            world.queue.submit(task(first));
            world.queue.submit(task("after-" + first, first));
        }
        worker.queue().unblock();
        drainOne();
        drainOne();
        drainOne();
        int[] looks = {0};
        worker.disk()
                .faultOnce(
                        call -> call.is(Operation.FACTS) && call.isIn("done") && ++looks[0] == 2,
                        FaultyDisk.Moment.BEFORE,
                        DiskTrouble.inputOutput());
        assertThatThrownBy(worker.queue()::unblock).isInstanceOf(IOException.class);
        worker.queue().unblock();
        assertThat(world.names(TaskState.BLOCKED)).isEmpty();
        assertThat(drain()).containsExactlyInAnyOrder("after-a", "after-b", "after-c");
    }

    @Test
    void a_task_is_pending_for_as_long_as_it_could_run() throws IOException {
        world.queue.submit(task("first"));
        world.queue.submit(task("second", "first"));
        Claim first = worker.claim();
        world.time.advance(Duration.ofHours(1));
        worker.queue().settle(first, outcome(first));
        assertThat(world.queue.ages().oldestPending()).isEmpty();
        worker.queue().unblock();
        world.time.advance(Duration.ofSeconds(5));
        assertThat(world.queue.ages().oldestPending().orElseThrow()).isEqualTo(5);
    }

    @Test
    void many_that_wait_for_one_go_on_in_several_steps() throws IOException {
        List<Task> all = new ArrayList<>(List.of(task("first")));
        for (int i = 0; i < 1_500; i++) all.add(Task.of("k").dependsOn("first"));
        world.queue.submitAll(all);
        drainOne();
        int steps = 0;
        for (int moved = 0; moved < 1_500; steps++) {
            assertThat(steps).isLessThan(20);
            int step = worker.queue().unblock();
            assertThat(step).isLessThanOrEqualTo(1_000);
            moved += step;
            world.time.advance(Duration.ofSeconds(1));
        }
        assertThat(world.queue.counts().of(TaskState.BLOCKED)).isZero();
        worker.queue().promote();
        assertThat(world.queue.counts().of(TaskState.PENDING)).isEqualTo(1_500);
    }

    @Test
    void what_is_remembered_of_ended_waiting_is_removed_with_age_when_the_task_is_gone() throws IOException {
        world.queue.submitAll(List.of(task("a"), task("b"), task("c")));
        Submission ends = world.queue.submit(task("ends", "a", "b"));
        Submission waits = world.queue.submit(task("waits", "a", "c"));
        drainOne();
        worker.queue().unblock();
        drainOne();
        worker.queue().unblock();
        String suffix = WaitFiles.ENDED;
        assertThat(world.names(world.layout().waits()))
                .containsExactlyInAnyOrder(ends.stem() + suffix, waits.stem() + suffix);
        for (String name : world.names(world.layout().waits()))
            QuickDisk.local()
                    .touch(
                            world.layout().waits().resolve(name),
                            world.time.instant().minus(Duration.ofDays(15)));
        worker.queue().sweep(RetentionLimits.defaults());
        assertThat(world.names(world.layout().waits())).hasSize(2);
        assertThat(drain()).contains("ends");
        world.queue.control().discard(world.queue.find("ends").get(0));
        worker.queue().sweep(RetentionLimits.defaults());
        assertThat(world.names(world.layout().waits())).containsExactly(waits.stem() + suffix);
    }

    @Test
    void where_nothing_waits_a_step_is_one_look() throws IOException {
        for (int i = 0; i < 3; i++) worker.queue().unblock();
        worker.disk().forget();
        for (int i = 0; i < 4; i++) worker.queue().unblock();
        assertThat(worker.disk().changes()).isZero();
        assertThat(worker.disk().calls()).hasSizeLessThan(20);
    }
}
