package dev.millrace.recurring;

import static dev.millrace.recurring.RecurringWorld.NOON;
import static dev.millrace.recurring.RecurringWorld.eachMinute;
import static dev.millrace.recurring.RecurringWorld.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.queue.TaskView;
import dev.millrace.recurring.RecurringWorld.Steward;
import dev.millrace.testkit.CrashException;
import dev.millrace.testkit.DiskCall;
import dev.millrace.testkit.DiskCall.Operation;
import dev.millrace.testkit.DiskTrouble;
import dev.millrace.testkit.FaultyDisk;
import dev.millrace.testkit.FaultyDisk.Moment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each due time fires exactly once, whoever dies, stands still or fails at whichever change on disk. */
@Tag("once")
class RecurringCrashTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final int MOST_CHANGES = 200;
    private static final List<String> ALL = List.of(id("120100"), id("120200"), id("120300"));

    @TempDir
    private Path folder;

    /** Three due times have passed, and all of them are to fire; one has fired before, so that its mark names a file. */
    private RecurringWorld world(String name) throws IOException {
        RecurringWorld world = new RecurringWorld(
                folder.resolve(name), eachMinute().overlap(Overlap.ALLOW).catchUp(CatchUp.all(9)));
        world.steward().step();
        world.time.advance(MINUTE.multipliedBy(3));
        return world;
    }

    /** The first change takes the lock. Who dies right after it is let go by the system, and in this machine by nobody. */
    private static int firstOf(Moment moment) {
        return moment == Moment.AFTER ? 2 : 1;
    }

    private static boolean dies(Steward steward) throws IOException {
        try {
            steward.step();
            return false;
        } catch (CrashException dead) {
            return true;
        }
    }

    private static void expectAll(RecurringWorld world, String where) throws IOException {
        assertThat(world.ids()).as(where).isEqualTo(ALL);
        assertThat(world.names("ready")).as(where).isEmpty();
        assertThat(world.names("state")).as(where).containsExactly("r.json");
        assertThat(world.tasks().report("r").fired()).as(where).isEqualTo(3);
    }

    @ParameterizedTest
    @EnumSource(Moment.class)
    void a_steward_dies_at_each_of_its_changes(Moment moment) throws IOException {
        int deaths = 0;
        for (int nth = firstOf(moment); nth < MOST_CHANGES; nth++) {
            RecurringWorld world = world(moment + "-" + nth);
            Steward victim = world.steward();
            victim.disk().crash(nth, moment);
            if (!dies(victim)) break;
            deaths++;
            world.steward().step();
            expectAll(world, "died " + moment + " change " + nth);
        }
        assertThat(deaths).as("moments of death").isBetween(20, MOST_CHANGES - 2);
    }

    /** Before anybody comes to mend, a worker has run what there was, and retention has removed it. */
    @ParameterizedTest
    @EnumSource(Moment.class)
    void what_was_fired_is_not_fired_again_when_retention_has_removed_it_before_anybody_mends(Moment moment)
            throws IOException {
        int deaths = 0;
        for (int nth = firstOf(moment); nth < MOST_CHANGES; nth++) {
            RecurringWorld world = world(moment + "-" + nth);
            Steward victim = world.steward();
            victim.disk().crash(nth, moment);
            if (!dies(victim)) break;
            deaths++;
            world.work(9);
            world.removeEnded();
            Steward heir = world.steward();
            heir.step();
            world.work(9);
            world.removeEnded();
            heir.step();
            assertThat(world.ids().subList(0, 3))
                    .as("died " + moment + " change " + nth)
                    .isEqualTo(ALL);
            assertThat(world.ids()).doesNotHaveDuplicates();
        }
        assertThat(deaths).as("moments of death").isBetween(20, MOST_CHANGES - 2);
    }

    /** What an heir does to the disk in its first step. */
    private List<DiskCall> callsOfAnHeir() throws IOException {
        RecurringWorld world = world("w");
        world.steward().step();
        world.time.advance(MINUTE);
        Steward heir = world.steward();
        heir.step();
        return heir.disk().calls();
    }

    private static int firstForceOf(String folder, List<DiskCall> calls) {
        return first(
                calls, call -> call.is(Operation.FORCE_FOLDER) && call.path().endsWith(folder));
    }

    /** A power cut would take the mark and leave what it says done, and the due time would be met twice. */
    @Test
    void a_dead_stewards_mark_is_on_disk_before_its_heir_does_what_it_says() throws IOException {
        List<DiskCall> calls = callsOfAnHeir();
        assertThat(firstForceOf("state", calls)).isBetween(0, firstForceOf("pending", calls));
    }

    /** Its mark names one file; of the one before, whose rename a power cut would undo, nobody would know. */
    @Test
    void what_a_dead_steward_has_fired_is_on_disk_before_its_heir_fires() throws IOException {
        List<DiskCall> calls = callsOfAnHeir();
        int forced = firstForceOf("pending", calls);
        int marked = first(
                calls,
                call -> call.target()
                        .filter(to -> to.endsWith(Path.of("state", "r.json")))
                        .isPresent());
        assertThat(forced).isBetween(0, marked);
    }

    private static int first(List<DiskCall> calls, Predicate<DiskCall> which) {
        for (int i = 0; i < calls.size(); i++) if (which.test(calls.get(i))) return i;
        throw new AssertionError("there is none among " + calls);
    }

    @ParameterizedTest
    @EnumSource(Moment.class)
    void two_die_one_after_the_other(Moment moment) throws IOException {
        for (int first = firstOf(moment); first < 14; first += 2)
            for (int second = firstOf(moment); second < 14; second += 2) {
                RecurringWorld world = world(moment + "-" + first + "-" + second);
                Steward one = world.steward();
                one.disk().crash(first, moment);
                assertThat(dies(one)).isTrue();
                Steward two = world.steward();
                two.disk().crash(second, moment);
                dies(two);
                world.steward().step();
                expectAll(world, "died " + moment + " changes " + first + " and " + second);
            }
    }

    /** One stands still in the middle of a change; another goes round, twice; then the first goes on. */
    @ParameterizedTest
    @EnumSource(Moment.class)
    void another_steward_goes_round_while_one_stands_still_at_each_of_its_changes(Moment moment) throws IOException {
        int pauses = 0;
        for (int nth = 1; nth < MOST_CHANGES; nth++) {
            RecurringWorld world = world(moment + "-" + nth);
            Steward one = world.steward();
            Steward two = world.steward();
            boolean[] paused = {false};
            one.disk().interpose(nth, moment, () -> {
                paused[0] = true;
                twice(two);
            });
            one.step();
            if (!paused[0]) break;
            pauses++;
            two.step();
            one.step();
            expectAll(world, "stood " + moment + " change " + nth);
        }
        assertThat(pauses).as("moments of standing still").isBetween(20, MOST_CHANGES - 2);
    }

    private static void twice(Steward steward) {
        try {
            steward.step();
            steward.step();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void two_stewards_that_both_go_round_for_an_hour_fire_each_due_time_once() throws IOException {
        RecurringWorld world =
                new RecurringWorld(folder, eachMinute().overlap(Overlap.ALLOW).catchUp(CatchUp.all(9)));
        Steward one = world.steward();
        Steward two = world.steward();
        for (int second = 0; second < 3_600; second += 10) {
            world.time.advance(Duration.ofSeconds(10));
            (second % 3 == 0 ? one : two).step();
            (second % 3 == 0 ? two : one).step();
        }
        assertThat(world.ids()).hasSize(60).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @EnumSource(Moment.class)
    void each_change_fails_once_and_nothing_is_lost_or_doubled(Moment moment) throws IOException {
        for (int nth = firstOf(moment); nth < MOST_CHANGES; nth++) {
            RecurringWorld world = world(moment + "-" + nth);
            Steward steward = world.steward();
            int[] count = {0};
            int at = nth;
            FaultyDisk.Fault fault = steward.disk()
                    .fault(call -> call.operation().isChange() && ++count[0] == at, moment, DiskTrouble.inputOutput());
            for (int tries = 0; tries < 4; tries++) {
                stepOrFail(steward);
                world.time.advance(Duration.ofSeconds(2));
            }
            if (fault.strikes() == 0) break;
            String where = "failed " + moment + " change " + nth;
            assertThat(world.ids()).as(where).isEqualTo(ALL);
            Steward next = world.steward();
            next.step();
            expectAll(world, where);
        }
    }

    private static void stepOrFail(Steward steward) {
        try {
            steward.step();
        } catch (IOException struck) {
            assertThat(struck).hasMessageContaining("Input/output error");
        }
    }

    @ParameterizedTest
    @EnumSource(Moment.class)
    void a_run_that_is_cut_fires_once_or_not_at_all_and_disturbs_no_due_time(Moment moment) throws Exception {
        for (int nth = firstOf(moment); nth < MOST_CHANGES; nth++) {
            RecurringWorld world = world(moment + "-" + nth);
            FaultyDisk disk = FaultyDisk.over(RecurringWorld.unforced());
            disk.crash(nth, moment);
            RecurringTasks cut = RecurringTasks.in(
                    dev.millrace.queue.TaskQueue.inDirectory(
                            world.layout, dev.millrace.queue.QueueOptions.defaults(), world.ports(disk)),
                    world.configured,
                    world.ports(disk),
                    () -> {});
            try {
                cut.run("r");
                break;
            } catch (CrashException dead) {
                world.steward().step();
            }
            List<String> ids = world.ids();
            assertThat(ids).as("cut " + moment + " change " + nth).startsWith(ALL.toArray(new String[0]));
            assertThat(ids.subList(3, ids.size())).isIn(List.of(), List.of("r-run-20260101T120300000Z"));
        }
    }

    /** A rename that nobody had forced is undone: the file lies ready again, and its mark names it. */
    @Test
    void a_power_cut_that_undoes_the_submitting_rename_makes_it_be_made_again() throws IOException {
        RecurringWorld world = world("cut");
        Steward steward = world.steward();
        steward.step();
        TaskView last = world.queue.find(id("120300")).get(0);
        Path ready = world.recurring().resolve("ready");
        Files.move(last.file(), ready.resolve("pending." + last.file().getFileName()));
        world.steward().step();
        expectAll(world, "after the cut");
    }

    @Test
    void what_is_ready_is_on_disk_before_the_mark_and_the_mark_before_it_is_submitted() throws IOException {
        RecurringWorld world = world("forced");
        Steward steward = world.steward();
        steward.disk().forget();
        steward.step();
        List<String> order = steward.disk().calls().stream()
                .filter(call -> call.operation().isChange())
                .map(RecurringCrashTest::shown)
                .toList();
        assertThat(order)
                .containsSubsequence(
                        "FORCE_FOLDER ready",
                        "RENAME state",
                        "FORCE_FOLDER state",
                        "RENAME pending",
                        "FORCE_FOLDER pending");
        assertThat(NOON).isBefore(world.time.instant());
    }

    private static String shown(DiskCall call) {
        Path place = call.target().orElse(call.path());
        boolean folder = call.is(DiskCall.Operation.FORCE_FOLDER);
        return call.operation() + " "
                + (folder ? place : java.util.Objects.requireNonNull(place.getParent())).getFileName();
    }
}
