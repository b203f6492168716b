package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.queue.QueueControl.Changed;
import dev.millrace.queue.Submission.Fate;
import dev.millrace.task.InvalidTaskException;
import dev.millrace.task.Outcome;
import dev.millrace.task.Task;
import dev.millrace.task.TaskOrder;
import dev.millrace.task.TaskState;
import dev.millrace.task.UniquePolicy;
import dev.millrace.testkit.CrashException;
import dev.millrace.testkit.DiskCall.Operation;
import dev.millrace.testkit.FaultyDisk;
import dev.millrace.testkit.FaultyDisk.Moment;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One task for each unique key. */
class UniqueTest extends TasksWithKeys {
    // ------------------------------------------------------------------ how long a key is taken

    @Test
    void without_a_window_a_key_is_taken_until_its_task_has_ended() throws IOException {
        Submission first = submit(task("first"));
        assertThat(first.fate()).isEqualTo(Fate.ADDED);
        Submission second = submit(task("second"));
        assertThat(second.fate()).isEqualTo(Fate.EXISTING);
        assertThat(second.isNew()).isFalse();
        assertThat(second.stem()).isEqualTo(first.stem());
        Claim running = worker.claim();
        assertThat(submit(task("third")).state()).isEqualTo(TaskState.RUNNING);
        worker.queue().settle(running, QueueWorld.retry(HOUR));
        assertThat(submit(task("third")).stem()).isEqualTo(first.stem());
        world.time.advance(HOUR);
        worker.queue().promote();
        assertThat(world.drain(worker)).containsExactly(first.stem());
        assertThat(submit(task("fourth")).fate()).isEqualTo(Fate.ADDED);
        assertThat(world.queue.counts().total()).isEqualTo(2);
    }

    @Test
    void in_its_window_a_key_stays_taken_when_its_task_has_ended_and_is_gone() throws IOException {
        Submission first = submit(task("first").uniqueWindow(HOUR));
        assertThat(world.drain(worker)).hasSize(1);
        assertThat(submit(task("second").uniqueWindow(HOUR)).fate()).isEqualTo(Fate.EXISTING);
        java.nio.file.Files.delete(stateFile(first));
        Submission third = submit(task("third").uniqueWindow(HOUR));
        assertThat(third.fate()).isEqualTo(Fate.EXISTING);
        assertThat(third.stem()).isEqualTo(first.stem());
        world.time.advance(HOUR);
        assertThat(submit(task("fourth").uniqueWindow(HOUR)).fate()).isEqualTo(Fate.ADDED);
    }

    private Path stateFile(Submission one) throws IOException {
        return world.queue.locate(one.stem()).orElseThrow().file();
    }

    @Test
    void other_keys_are_free_and_an_empty_one_is_none() throws IOException {
        submit(task("first"));
        assertThat(submit(task("second").uniqueKey("other")).isNew()).isTrue();
        assertThat(submit(task("third").uniqueKey("")).isNew()).isTrue();
        assertThat(submit(task("fourth").uniqueKey("")).isNew()).isTrue();
    }

    // ------------------------------------------------------------------ policies

    @Test
    void discard_adds_nothing_and_says_so() throws IOException {
        Submission first = submit(task("first"));
        Submission second = submit(task("second").unique(UniquePolicy.DISCARD));
        assertThat(second.fate()).isEqualTo(Fate.DISCARDED);
        assertThat(second.stem()).isEqualTo(first.stem());
        assertThat(world.queue.counts().total()).isEqualTo(1);
    }

    @Test
    void replace_cancels_the_one_that_waits_and_leaves_the_one_that_runs() throws IOException {
        Submission first = submit(task("first"));
        Submission second = submit(task("second").unique(UniquePolicy.REPLACE));
        assertThat(second.fate()).isEqualTo(Fate.REPLACED);
        assertThat(stateOf(first)).isEqualTo(TaskState.CANCELLED);
        assertThat(world.terminal(first.stem()).path("error").asText()).contains("replaced by second");
        Claim running = worker.claim();
        assertThat(running.stem()).isEqualTo(second.stem());
        Submission third = submit(task("third").unique(UniquePolicy.REPLACE));
        assertThat(third.fate()).isEqualTo(Fate.ADDED);
        assertThat(worker.queue().stillHolds(running)).isTrue();
        worker.done(running, "x");
        assertThat(world.drain(worker)).containsExactly(third.stem());
    }

    @Test
    void debounce_puts_the_start_off_with_each_submit_and_runs_the_last_one() throws IOException {
        Task burst = task("first").unique(UniquePolicy.DEBOUNCE).uniqueWindow(Duration.ofSeconds(30));
        Submission first = submit(burst);
        assertThat(first.state()).isEqualTo(TaskState.SCHEDULED);
        Submission last = first;
        for (int i = 0; i < 4; i++) {
            world.time.advance(Duration.ofSeconds(20));
            worker.queue().promote();
            assertThat(worker.queue().claim()).isEmpty();
            last = submit(burst.id("n" + i));
            assertThat(last.fate()).isEqualTo(Fate.REPLACED);
        }
        world.time.advance(Duration.ofSeconds(31));
        worker.queue().promote();
        assertThat(world.drain(worker)).containsExactly(last.stem());
        assertThat(world.queue.counts().of(TaskState.CANCELLED)).isEqualTo(4);
        assertThat(submit(burst.id("again")).fate()).isEqualTo(Fate.ADDED);
    }

    @Test
    void tasks_that_are_submitted_together_keep_their_order_in_the_answer() throws IOException {
        List<Submission> all = world.queue.submitAll(
                List.of(task("a"), Task.of("k").id("b"), task("c"), Task.of("k").id("d")));
        assertThat(all).extracting(Submission::id).containsExactly("a", "b", "a", "d");
        assertThat(all).extracting(Submission::isNew).containsExactly(true, true, false, true);
        assertThat(world.queue.counts().total()).isEqualTo(3);
    }

    @Test
    void a_task_with_a_key_may_wait_for_others_and_be_replaced_meanwhile() throws IOException {
        submit(Task.of("k").id("parent"));
        Submission first = submit(task("first").dependsOn("parent"));
        assertThat(first.state()).isEqualTo(TaskState.BLOCKED);
        assertThat(submit(task("second").unique(UniquePolicy.REPLACE)).fate()).isEqualTo(Fate.REPLACED);
        assertThat(stateOf(first)).isEqualTo(TaskState.CANCELLED);
    }

    // ------------------------------------------------------------------ bad input

    @Test
    void a_key_of_a_megabyte_is_refused_by_name_and_not_shown_whole() {
        assertThatThrownBy(() -> Task.of("k").uniqueKey("x".repeat(1 << 20)))
                .isInstanceOf(InvalidTaskException.class)
                .hasMessageContaining("unique_key")
                .hasMessageContaining("at most 1000 characters")
                .message()
                .hasSizeLessThan(300);
    }

    @Test
    void what_makes_no_sense_is_refused() {
        assertThatThrownBy(() -> submit(Task.of("k").unique(UniquePolicy.REPLACE)))
                .isInstanceOf(InvalidTaskException.class)
                .hasMessageContaining("needs a unique_key");
        assertThatThrownBy(() -> submit(task("a").unique(UniquePolicy.DEBOUNCE)))
                .isInstanceOf(InvalidTaskException.class)
                .hasMessageContaining("needs window_sec");
        assertThatThrownBy(() -> task("a").uniqueWindow(Duration.ZERO))
                .isInstanceOf(InvalidTaskException.class)
                .hasMessageContaining("unique.window_sec");
        assertThatThrownBy(() -> task("a").with("unique", java.util.Map.of("windows", 1)))
                .isInstanceOf(InvalidTaskException.class)
                .hasMessageContaining("must be one of window_sec, policy");
        assertThatThrownBy(() ->
                        world.queue.submitAll(List.of(task("a"), Task.of("k").dependsOn("a"))))
                .isInstanceOf(InvalidTaskException.class)
                .hasMessageContaining("has a unique_key; submit it first");
    }

    // ------------------------------------------------------------------ at once, and dying

    /** Another submits the same key in the middle of each change. */
    @ParameterizedTest
    @EnumSource(Moment.class)
    void another_submits_the_key_when_the_first_has_died_at_any_of_its_changes(Moment moment) throws IOException {
        int deaths = 0;
        // Who dies right after taking the lock is let go by the system, and in this machine by nobody.
        for (int nth = 1; nth < MOST_CHANGES; nth++) {
            QueueWorld each = QueueWorld.in(folder.resolve(moment + "-" + nth));
            FaultyDisk disk = FaultyDisk.over(QuickDisk.local());
            disk.crash(nth, moment);
            TaskQueue victim = each.queueOn(disk);
            boolean locked = false;
            try {
                victim.submit(task("first"));
                break;
            } catch (CrashException dead) {
                deaths++;
                locked = moment == Moment.AFTER
                        && disk.calls().get(disk.calls().size() - 1).is(Operation.LOCK);
            }
            if (locked) continue;
            Submission second = each.queue.submit(task("second"));
            String where = "died " + moment + " change " + nth;
            assertThat(each.queue.counts().total()).as(where).isEqualTo(1);
            assertThat(each.drain(each.actor("worker"))).as(where).containsExactly(second.stem());
        }
        assertThat(deaths).as("moments of death").isBetween(5, MOST_CHANGES - 2);
    }

    /** Both may be left, but never none; and who submits next finishes what was begun. */
    @ParameterizedTest
    @EnumSource(Moment.class)
    void whoever_dies_while_it_replaces_a_task_leaves_one_or_both(Moment moment) throws IOException {
        AtomicInteger both = new AtomicInteger();
        dieAtEachChange(
                folder,
                moment,
                (each, disk) -> each.queue.submit(task("old")),
                (each, disk) -> each.queueOn(disk).submit(replacing("new")),
                (each, heir, where) -> {
                    long waiting = each.queue.counts().of(TaskState.PENDING);
                    assertThat(waiting).as(where).isBetween(1L, 2L);
                    if (waiting == 2) both.incrementAndGet();
                    Submission next = each.queue.submit(replacing("next"));
                    assertThat(each.drain(heir)).as(where).containsExactly(next.stem());
                    assertThat(each.queue.find("old").get(0).state()).as(where).isEqualTo(TaskState.CANCELLED);
                });
        assertThat(both.get()).as("moments that leave both").isBetween(1, 20);
    }

    /** Who finds the claim of one that was to be ended for another must not run it. */
    @ParameterizedTest
    @EnumSource(Moment.class)
    void whoever_dies_while_it_replaces_a_task_that_waits_for_others_lets_it_not_run_before_them(Moment moment)
            throws IOException {
        dieAtEachChange(
                folder,
                moment,
                (each, disk) -> {
                    each.queue.submit(Task.of("k")
                            .id("parent")
                            .notBefore(each.time.instant().plus(HOUR)));
                    each.queue.submit(task("old").dependsOn("parent"));
                },
                (each, disk) -> each.queueOn(disk).submit(replacing("new")),
                (each, heir, where) -> assertThat(each.drain(heir))
                        .as(where)
                        .noneMatch(stem -> TaskOrder.idOf(stem).equals("old")));
    }

    @Test
    void a_task_that_was_refused_leaves_the_key_to_the_one_that_it_was_to_replace() throws IOException {
        Submission old = submit(task("old"));
        for (int i = 0; i < 2; i++) isRefused(replacing("refused" + i));
        assertThat(stateOf(old)).isEqualTo(TaskState.PENDING);
        sweep();
        Submission next = submit(task("next"));
        assertThat(next.fate()).isEqualTo(Fate.EXISTING);
        assertThat(next.stem()).isEqualTo(old.stem());
        assertThat(world.drain(worker)).containsExactly(old.stem());
    }

    @Test
    void a_task_that_was_refused_takes_nothing_from_the_window_of_the_one_before() throws IOException {
        submit(task("old").uniqueWindow(HOUR));
        assertThat(world.drain(worker)).hasSize(1);
        isRefused(replacing("refused"));
        assertThat(submit(task("next")).fate()).isEqualTo(Fate.EXISTING);
        world.time.advance(HOUR);
        assertThat(submit(task("next")).fate()).isEqualTo(Fate.ADDED);
    }

    @Test
    void what_was_begun_is_finished_by_the_sweep_when_nobody_else_comes() throws IOException {
        Submission old = submit(task("old"));
        leavesBoth(old.file(), replacing("new"));
        assertThat(world.names(TaskState.PENDING)).hasSize(2);
        sweep();
        assertThat(stateOf(old)).isEqualTo(TaskState.CANCELLED);
        assertThat(world.terminal(old.stem()).path("error").asText())
                .isEqualTo("replaced by new, which was submitted later with its unique_key");
        assertThat(submit(task("next")).id()).isEqualTo("new");
        assertThat(world.drain(worker)).hasSize(1);
    }

    @Test
    void what_was_begun_is_finished_when_a_task_with_the_key_is_run_again() throws Exception {
        Submission old = submit(task("old").notBefore(world.time.instant().plus(HOUR)));
        leavesBoth(old.file(), replacing("new"));
        worker.queue().settle(worker.claim(), new Outcome.Failed("no table", ""));
        TaskView failed = world.queue.find("new").get(0);
        assertThat(world.queue.control().retry(failed)).isEqualTo(Changed.DONE);
        assertThat(stateOf(old)).isEqualTo(TaskState.CANCELLED);
        assertThat(submit(task("next")).id()).isEqualTo("new");
    }

    @Test
    void one_that_was_put_off_and_waits_for_longer_is_replaced_all_the_same() throws IOException {
        Task burst = task("first").unique(UniquePolicy.DEBOUNCE).uniqueWindow(Duration.ofSeconds(30));
        Submission first = submit(burst);
        sweep();
        assertThat(submit(burst.id("last")).fate()).isEqualTo(Fate.REPLACED);
        assertThat(stateOf(first)).isEqualTo(TaskState.CANCELLED);
    }

    @Test
    void each_of_a_burst_begins_the_window_anew() throws IOException {
        Task burst = task("first").unique(UniquePolicy.DEBOUNCE).uniqueWindow(Duration.ofSeconds(30));
        for (String id : List.of("first", "last")) {
            submit(burst.id(id));
            world.time.advance(Duration.ofSeconds(20));
        }
        assertThat(submit(task("other")).id()).isEqualTo("last");
    }

    @Test
    void keys_that_nobody_has_any_more_are_forgotten() throws IOException {
        submit(task("ended"));
        submit(task("window").uniqueKey("w").uniqueWindow(Duration.ofDays(1)));
        world.drain(worker);
        submit(task("waits").uniqueKey("x"));
        sweep();
        assertThat(world.names(world.layout().unique()).stream().filter(name -> name.endsWith(".json")))
                .containsExactlyInAnyOrder(UniqueIndex.nameOf("w") + ".json", UniqueIndex.nameOf("x") + ".json");
        assertThat(submit(task("w2").uniqueKey("w").uniqueWindow(Duration.ofDays(1)))
                        .isNew())
                .isFalse();
        assertThat(submit(task("x2").uniqueKey("x")).isNew()).isFalse();
    }
}
