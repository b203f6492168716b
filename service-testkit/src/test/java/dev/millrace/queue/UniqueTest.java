package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.queue.QueueWorld.Actor;
import dev.millrace.queue.Submission.Fate;
import dev.millrace.task.InvalidTaskException;
import dev.millrace.task.Task;
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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One task for each unique key. */
class UniqueTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final int MOST_CHANGES = 200;

    @TempDir
    private Path folder;

    private QueueWorld world;
    private Actor worker;

    @BeforeEach
    void setUp() throws IOException {
        world = QueueWorld.in(folder);
        worker = world.actor("worker");
    }

    private static Task task(String id) {
        return Task.of("k").id(id).uniqueKey("report");
    }

    private Submission submit(Task task) throws IOException {
        return world.queue.submit(task);
    }

    private TaskState stateOf(Submission one) throws IOException {
        return world.queue.locate(one.stem()).orElseThrow().state();
    }

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
    void a_key_of_a_megabyte_in_a_dropped_file_quarantines_it() throws IOException {
        world.pendingFile("1.task.json", dropped("x".repeat(1_001)));
        assertThat(world.drain(worker)).isEmpty();
        assertThat(world.whyQuarantined("1.task.json"))
                .contains("'unique_key' must be text of at most 1000 characters");
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

    // ------------------------------------------------------------------ dropped files

    private static String dropped(String key) {
        return QueueWorld.foreign("{}").replace("\"args\"", "\"unique_key\": \"" + key + "\", \"args\"");
    }

    @Test
    void of_dropped_files_with_one_key_the_first_runs_and_the_later_one_is_cancelled() throws IOException {
        world.pendingFile("1.task.json", dropped("report"));
        Claim first = worker.claim();
        world.pendingFile("2.task.json", dropped("report"));
        world.passPoll();
        world.passPoll();
        assertThat(worker.queue().claim()).isEmpty();
        assertThat(world.stateOf("2")).isEqualTo(TaskState.CANCELLED);
        assertThat(world.terminal("2").path("error").asText()).contains("unique_key is taken by 1");
        assertThat(submit(task("mine")).stem()).isEqualTo("1");
        worker.done(first, "x");
        assertThat(submit(task("mine")).isNew()).isTrue();
    }

    @Test
    void a_dropped_file_that_has_waited_for_others_is_turned_away_too() throws IOException {
        submit(Task.of("k").id("parent"));
        submit(task("first").uniqueWindow(HOUR));
        world.pendingFile(
                "9.task.json", dropped("report").replace("\"args\"", "\"depends_on\": [\"parent\"], \"args\""));
        assertThat(world.drain(worker)).hasSize(2);
        worker.queue().unblock();
        assertThat(world.drain(worker)).isEmpty();
        assertThat(world.stateOf("9")).isEqualTo(TaskState.CANCELLED);
    }

    @Test
    void a_dropped_file_that_is_tried_again_is_not_turned_away_by_itself() throws IOException {
        world.pendingFile("1.task.json", dropped("report"));
        worker.queue().settle(worker.claim(), QueueWorld.retry(Duration.ZERO));
        assertThat(world.drain(worker)).containsExactly("1");
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
            TaskQueue victim = TaskQueue.inDirectory(each.layout(), QueueWorld.OPTIONS, each.ports(disk));
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
        int both = 0;
        for (int nth = 1; nth < MOST_CHANGES; nth++) {
            QueueWorld each = QueueWorld.in(folder.resolve(moment + "-" + nth));
            Submission old = each.queue.submit(task("old"));
            FaultyDisk disk = FaultyDisk.over(QuickDisk.local());
            disk.crash(nth, moment);
            TaskQueue victim = TaskQueue.inDirectory(each.layout(), QueueWorld.OPTIONS, each.ports(disk));
            try {
                victim.submit(task("new").unique(UniquePolicy.REPLACE));
                break;
            } catch (CrashException dead) {
                if (disk.calls().get(disk.calls().size() - 1).is(Operation.LOCK)) continue;
            }
            String where = "died " + moment + " change " + nth;
            Actor heir = each.actor("heir");
            for (int i = 0; i < 3; i++) heir.rescue(incarnation -> !incarnation.equals(heir.incarnation()));
            QueueCounts counts = each.queue.counts();
            assertThat(counts.of(TaskState.PENDING)).as(where).isBetween(1L, 2L);
            if (counts.of(TaskState.PENDING) == 2) both++;
            Submission next = each.queue.submit(task("next").unique(UniquePolicy.REPLACE));
            assertThat(each.drain(heir)).as(where).containsExactly(next.stem());
            assertThat(each.stateOf(old.stem())).as(where).isEqualTo(TaskState.CANCELLED);
        }
        assertThat(both).as("moments that leave both").isBetween(1, 20);
    }

    @Test
    void keys_that_nobody_has_any_more_are_forgotten() throws IOException {
        submit(task("ended"));
        submit(task("window").uniqueKey("w").uniqueWindow(Duration.ofDays(1)));
        world.drain(worker);
        submit(task("waits").uniqueKey("x"));
        world.time.advance(Duration.ofMinutes(11));
        worker.queue().sweep(RetentionLimits.defaults());
        assertThat(world.names(world.layout().unique()).stream().filter(name -> name.endsWith(".json")))
                .containsExactlyInAnyOrder(UniqueIndex.nameOf("w") + ".json", UniqueIndex.nameOf("x") + ".json");
        assertThat(submit(task("w2").uniqueKey("w").uniqueWindow(Duration.ofDays(1)))
                        .isNew())
                .isFalse();
        assertThat(submit(task("x2").uniqueKey("x")).isNew()).isFalse();
    }
}
