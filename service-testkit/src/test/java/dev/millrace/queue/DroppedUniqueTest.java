package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.queue.QueueControl.Changed;
import dev.millrace.storage.Disk.DiskLock;
import dev.millrace.task.Outcome;
import dev.millrace.task.Task;
import dev.millrace.task.TaskState;
import dev.millrace.task.UniquePolicy;
import dev.millrace.testkit.FaultyDisk.Moment;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Unique keys in files that other programs drop into pending. */
class DroppedUniqueTest extends TasksWithKeys {
    private static final Duration MINUTE = Duration.ofSeconds(60);

    private static String dropped(String key) throws IOException {
        return QueueWorld.foreignWith(Map.of("unique_key", key));
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
    void one_that_would_be_discarded_is_cancelled_and_the_earlier_one_goes_on() throws IOException {
        world.pendingFile("1.task.json", dropped(UniquePolicy.RETURN_EXISTING));
        Claim first = worker.claim();
        world.pendingFile("2.task.json", dropped(UniquePolicy.DISCARD));
        assertThat(world.drain(worker)).isEmpty();
        assertThat(world.stateOf("2")).isEqualTo(TaskState.CANCELLED);
        assertThat(world.terminal("2").path("error").asText()).isEqualTo("unique_key is taken by 1 (1)");
        assertThat(worker.done(first, "x")).isInstanceOf(Settlement.Settled.class);
    }

    @Test
    void a_dropped_file_that_has_waited_for_others_is_turned_away_too() throws IOException {
        submit(Task.of("k").id("parent"));
        submit(task("first").uniqueWindow(HOUR));
        world.pendingFile(
                "9.task.json", QueueWorld.foreignWith(Map.of("unique_key", "report", "depends_on", List.of("parent"))));
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

    @Test
    void a_key_that_is_too_long_in_a_dropped_file_quarantines_it() throws IOException {
        for (int length : new int[] {1_001, 1_000_000}) {
            world.pendingFile(length + ".task.json", dropped("x".repeat(length)));
            assertThat(world.drain(worker)).isEmpty();
            assertThat(world.whyQuarantined(length + ".task.json"))
                    .contains("'unique_key' must be text of at most 1000 characters");
        }
    }

    @Test
    void where_somebody_holds_the_lock_of_its_key_others_are_claimed_and_it_is_tried_again_later() throws IOException {
        for (int i = 1; i <= 9; i++) world.pendingFile(i + ".task.json", dropped("report"));
        Submission other = world.submit("other");
        UniqueIndex theirs = new UniqueIndex(world.layout(), QueueWorld.OPTIONS, world.ports(QuickDisk.local()));
        try (DiskLock stopped = theirs.lock(UniqueIndex.nameOf("report"))) {
            long before = world.time.nanos();
            assertThat(worker.claim().stem()).isEqualTo(other.stem());
            assertThat(worker.queue().claim()).isEmpty();
            assertThat(Duration.ofNanos(world.time.nanos() - before))
                    .as("one has waited for all nine")
                    .isLessThan(Duration.ofMillis(300));
            assertThat(world.stateOf("1")).isEqualTo(TaskState.PENDING);
        }
        world.time.advance(PUT_BACK_FOR);
        Claim claim = worker.claim();
        assertThat(claim.stem()).isEqualTo("1");
        assertThat(claim.attempt()).isEqualTo(1);
        assertThat(worker.queue().claim()).isEmpty();
        assertThat(world.names(TaskState.CANCELLED)).hasSize(8);
    }

    // ------------------------------------------------------------------ policies

    /** With a window of a minute. */
    private static String dropped(UniquePolicy policy) throws IOException {
        return QueueWorld.foreignWith(keys(policy));
    }

    private static Map<String, Object> keys(UniquePolicy policy) {
        return Map.of("unique_key", "report", "unique", Map.of("policy", policy.word(), "window_sec", 60));
    }

    private static String dropped(UniquePolicy policy, double notBefore) throws IOException {
        Map<String, Object> keys = new HashMap<>(keys(policy));
        keys.put("not_before", notBefore);
        return QueueWorld.foreignWith(keys);
    }

    @Test
    void one_that_replaces_ends_the_earlier_one_that_waits_and_has_its_key() throws IOException {
        Submission waits = submit(task("waits").notBefore(world.time.instant().plus(HOUR)));
        world.pendingFile("1.task.json", dropped(UniquePolicy.REPLACE));
        Claim running = worker.claim();
        assertThat(running.id()).isEqualTo("1");
        assertThat(world.terminal(waits.stem()).path("error").asText())
                .isEqualTo("replaced by 1, which was submitted later with its unique_key");
        assertThat(submit(task("later")).stem()).isEqualTo("1");
    }

    @Test
    void one_that_replaces_leaves_the_one_that_runs_alone() throws IOException {
        world.pendingFile("1.task.json", dropped(UniquePolicy.RETURN_EXISTING));
        Claim first = worker.claim();
        world.pendingFile("2.task.json", dropped(UniquePolicy.REPLACE));
        world.passPoll();
        Claim second = worker.claim();
        assertThat(second.id()).isEqualTo("2");
        worker.done(first, "x");
        worker.done(second, "x");
        assertThat(world.stateOf("1")).isEqualTo(TaskState.DONE);
    }

    @Test
    void of_a_burst_that_is_put_off_only_the_last_one_runs_when_the_window_is_over() throws IOException {
        for (int i = 1; i <= 3; i++) {
            world.pendingFile(i + ".task.json", dropped(UniquePolicy.DEBOUNCE));
            world.passPoll();
            assertThat(worker.queue().claim()).isEmpty();
            assertThat(world.stateOf(String.valueOf(i))).isEqualTo(TaskState.SCHEDULED);
            world.time.advance(Duration.ofSeconds(30));
            worker.queue().promote();
        }
        world.time.advance(Duration.ofSeconds(30));
        worker.queue().promote();
        assertThat(world.drain(worker)).containsExactly("3");
        assertThat(world.stateOf("1")).isEqualTo(TaskState.CANCELLED);
        assertThat(world.stateOf("2")).isEqualTo(TaskState.CANCELLED);
    }

    @Test
    void a_time_that_they_name_does_not_let_all_of_a_burst_run() throws IOException {
        for (int i = 1; i <= 3; i++) {
            world.pendingFile(i + ".task.json", dropped(UniquePolicy.DEBOUNCE, 1));
            assertThat(world.drain(worker)).isEmpty();
        }
        expectOnlyTheThirdToRun();
    }

    @Test
    void nor_does_one_for_which_they_have_waited() throws IOException {
        double soon = world.time.epochSeconds() + 30;
        for (int i = 1; i <= 3; i++) world.pendingFile(i + ".task.json", dropped(UniquePolicy.DEBOUNCE, soon));
        assertThat(world.drain(worker)).isEmpty();
        world.time.advance(Duration.ofSeconds(30));
        worker.queue().promote();
        assertThat(world.drain(worker)).isEmpty();
        expectOnlyTheThirdToRun();
    }

    private void expectOnlyTheThirdToRun() throws IOException {
        world.time.advance(MINUTE);
        worker.queue().promote();
        assertThat(world.drain(worker)).containsExactly("3");
        assertThat(world.names(TaskState.CANCELLED)).containsExactly("1.task.json", "2.task.json");
    }

    @Test
    void one_that_was_put_off_and_is_let_in_by_an_operator_runs_at_once() throws Exception {
        world.pendingFile("1.task.json", dropped(UniquePolicy.DEBOUNCE));
        assertThat(world.drain(worker)).isEmpty();
        assertThat(world.queue.control().requeue(world.queue.find("1").get(0))).isEqualTo(Changed.DONE);
        assertThat(world.drain(worker)).containsExactly("1");
    }

    // ------------------------------------------------------------------ what goes back

    @Test
    void one_that_was_put_back_before_it_was_asked_does_not_run_beside_the_one_that_has_the_key() throws IOException {
        world.pendingFile("1.task.json", dropped("report"));
        worker.claim();
        world.pendingFile("2.task.json", dropped("report"));
        world.passPoll();
        claimFailsAtTheKey();
        assertThat(worker.queue().claim()).isEmpty();
        assertThat(world.stateOf("2")).isEqualTo(TaskState.CANCELLED);
    }

    @Test
    void of_two_that_ran_at_once_and_were_handed_back_none_ends_the_other() throws IOException {
        world.pendingFile("1.task.json", dropped(UniquePolicy.REPLACE));
        Claim first = worker.claim();
        world.pendingFile("2.task.json", dropped(UniquePolicy.REPLACE));
        world.passPoll();
        expectBothToRunAgain(first, worker.claim());
    }

    @Test
    void one_that_ran_for_longer_than_its_window_is_not_turned_away_when_it_is_handed_back() throws IOException {
        world.pendingFile("1.task.json", dropped(UniquePolicy.RETURN_EXISTING));
        Claim first = worker.claim();
        world.time.advance(MINUTE);
        world.pendingFile("2.task.json", dropped(UniquePolicy.RETURN_EXISTING));
        expectBothToRunAgain(first, worker.claim());
    }

    private void expectBothToRunAgain(Claim first, Claim second) throws IOException {
        for (Claim one : List.of(first, second)) worker.queue().settle(one, new Outcome.HandedBack(""));
        assertThat(world.drain(worker)).containsExactlyInAnyOrder("1", "2");
    }

    @Test
    void a_name_that_is_used_again_is_asked_again() throws IOException {
        world.pendingFile("1.task.json", dropped(UniquePolicy.REPLACE));
        Claim first = worker.claim();
        world.pendingFile("2.task.json", dropped(UniquePolicy.REPLACE));
        world.passPoll();
        Claim second = worker.claim();
        worker.done(first, "x");
        world.pendingFile("1.task.json", dropped(UniquePolicy.DISCARD));
        world.passPoll();
        assertThat(worker.queue().claim()).isEmpty();
        assertThat(worker.queue().stillHolds(second)).isTrue();
        assertThat(world.names(TaskState.CANCELLED)).hasSize(1);
    }

    // ------------------------------------------------------------------ dying

    @Test
    void it_ends_what_a_submitter_died_replacing() throws IOException {
        dieAtEachChange(
                folder,
                Moment.AFTER,
                (each, disk) -> each.queue.submit(task("old")),
                (each, disk) -> each.queueOn(disk).submit(replacing("new")),
                (each, heir, where) -> {
                    each.pendingFile("1.task.json", dropped(UniquePolicy.REPLACE));
                    assertThat(each.drain(heir)).as(where).containsExactly("1");
                });
    }

    @Test
    void one_that_is_turned_away_finishes_what_was_begun() throws IOException {
        Submission old = submit(task("old"));
        leavesBoth(old.file(), replacing("new"));
        world.pendingFile("1.task.json", dropped(UniquePolicy.RETURN_EXISTING));
        assertThat(world.drain(worker)).hasSize(1).allMatch(stem -> stem.endsWith("-new"));
        assertThat(stateOf(old)).isEqualTo(TaskState.CANCELLED);
        assertThat(world.stateOf("1")).isEqualTo(TaskState.CANCELLED);
    }

    @Test
    void one_that_was_to_be_replaced_and_is_claimed_instead_is_ended() throws IOException {
        world.pendingFile("1.task.json", dropped(UniquePolicy.DEBOUNCE));
        assertThat(world.drain(worker)).isEmpty();
        TaskView put = world.queue.find("1").get(0);
        leavesBoth(put.file(), replacing("new"));
        world.time.advance(MINUTE);
        worker.queue().promote();
        assertThat(world.drain(worker)).hasSize(1).allMatch(stem -> stem.endsWith("-new"));
        assertThat(world.terminal("1").path("error").asText()).startsWith("replaced by new");
    }

    /** Whoever claims it next ends the one that it replaces, and lets it wait for its window. */
    @Test
    void whoever_dies_while_he_claims_it_leaves_the_rest_to_the_next() throws IOException {
        dieAtEachChange(
                folder,
                Moment.AFTER,
                (each, disk) -> {
                    Instant later = each.time.instant().plus(HOUR);
                    each.queue.submit(task("old").notBefore(later));
                    each.pendingFile("1.task.json", dropped(UniquePolicy.DEBOUNCE));
                },
                (each, disk) -> each.actor("victim", disk).queue().claim(),
                (each, heir, where) -> {
                    assertThat(each.drain(heir)).as(where).isEmpty();
                    each.time.advance(MINUTE);
                    heir.queue().promote();
                    assertThat(each.drain(heir)).as(where).containsExactly("1");
                    assertThat(each.names(TaskState.CANCELLED)).as(where).hasSize(1);
                    assertThat(each.names(TaskState.SCHEDULED)).as(where).isEmpty();
                });
    }
}
