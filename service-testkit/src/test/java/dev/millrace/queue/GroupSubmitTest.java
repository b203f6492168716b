package dev.millrace.queue;

import static dev.millrace.queue.GroupWork.dependenciesOf;
import static dev.millrace.queue.GroupWork.drain;
import static dev.millrace.queue.GroupWork.group;
import static dev.millrace.queue.GroupWork.queueOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.queue.QueueWorld.Actor;
import dev.millrace.storage.Disk;
import dev.millrace.storage.FileFacts;
import dev.millrace.task.TaskState;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A group is submitted whole or not at all, whoever dies, stands still or fails at whichever change. */
class GroupSubmitTest {
    private static final int MOST_CHANGES = 200;

    @TempDir
    private Path folder;

    private static void expectWholeOrNothing(QueueWorld world, String where) throws IOException {
        Actor steward = world.actor("steward");
        List<String> ran = drain(world, steward);
        assertThat(ran.size()).as(where).isIn(0, 4);
        if (!ran.isEmpty()) assertThat(ran).as(where).endsWith("then").doesNotHaveDuplicates();
        for (String name : world.names(world.layout().groups()))
            QuickDisk.local()
                    .touch(
                            world.layout().groups().resolve(name),
                            world.time.instant().minusSeconds(7_200));
        for (int i = 0; i < 12; i++) steward.queue().unblock();
        for (String name : world.names(world.layout().groups()))
            assertThat(FileFacts.Kind.FOLDER)
                    .as(where + ": " + name)
                    .isNotEqualTo(QuickDisk.local()
                            .facts(world.layout().groups().resolve(name))
                            .orElseThrow()
                            .kind());
    }

    @ParameterizedTest
    @EnumSource(Moment.class)
    void the_submitter_dies_at_each_of_its_changes(Moment moment) throws IOException {
        int nothing = 0;
        int whole = 0;
        for (int nth = 1; nth < MOST_CHANGES; nth++) {
            QueueWorld world = QueueWorld.in(folder.resolve(moment + "-" + nth));
            FaultyDisk disk = FaultyDisk.over(QuickDisk.local());
            disk.crash(nth, moment);
            try {
                queueOf(world, disk).submitGroup(group(3));
                break;
            } catch (CrashException dead) {
                expectWholeOrNothing(world, "died " + moment + " change " + nth);
                if (world.queue.counts().total() == 0) nothing++;
                else whole++;
            }
        }
        assertThat(nothing).as("deaths before it was submitted").isBetween(5, 30);
        assertThat(whole).as("deaths after it was submitted").isBetween(3, 30);
    }

    /** The steward comes round in the middle of a submit. */
    @ParameterizedTest
    @EnumSource(Moment.class)
    void a_steward_goes_round_while_the_submitter_stands_still(Moment moment) throws IOException {
        for (int nth = 1; nth < MOST_CHANGES; nth++) {
            QueueWorld world = QueueWorld.in(folder.resolve(moment + "-" + nth));
            FaultyDisk disk = FaultyDisk.over(QuickDisk.local());
            Actor steward = world.actor("steward");
            boolean[] paused = {false};
            List<String> ran = new ArrayList<>();
            disk.interpose(nth, moment, () -> {
                paused[0] = true;
                try {
                    ran.addAll(drain(world, steward));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            queueOf(world, disk).submitGroup(group(3));
            ran.addAll(drain(world, steward));
            assertThat(ran).as(moment + " change " + nth).containsExactlyInAnyOrder("t0", "t1", "t2", "then");
            assertThat(ran).as(moment + " change " + nth).endsWith("then");
            if (!paused[0]) return;
        }
    }

    @ParameterizedTest
    @EnumSource(Moment.class)
    void each_change_of_the_submitter_fails_once(Moment moment) throws IOException {
        for (int nth = 1; nth < MOST_CHANGES; nth++) {
            QueueWorld world = QueueWorld.in(folder.resolve(moment + "-" + nth));
            FaultyDisk disk = FaultyDisk.over(QuickDisk.local());
            int[] count = {0};
            int at = nth;
            FaultyDisk.Fault fault =
                    disk.fault(call -> call.operation().isChange() && ++count[0] == at, moment, DiskTrouble.noSpace());
            String told = "";
            try {
                queueOf(world, disk).submitGroup(group(3));
            } catch (SubmitException e) {
                told = String.valueOf(e.getMessage());
            }
            if (fault.strikes() == 0) return;
            String where = "failed " + moment + " change " + nth + ": " + told;
            expectWholeOrNothing(world, where);
            boolean there = world.queue.counts().total() > 0;
            if (there) assertThat(told).as(where).doesNotContain("was not submitted");
            else assertThat(told).as(where).contains("was not submitted");
        }
    }

    @Test
    void its_files_are_on_disk_before_the_list_and_the_list_before_they_are_moved() throws IOException {
        QueueWorld world = QueueWorld.in(folder);
        FaultyDisk disk = FaultyDisk.over(QuickDisk.local());
        queueOf(world, disk).submitGroup(group(1));
        List<String> order = new ArrayList<>();
        disk.calls().stream()
                .filter(call -> Set.of(Operation.CREATE, Operation.RENAME, Operation.FORCE_FOLDER)
                        .contains(call.operation()))
                .forEach(call -> order.add(call.operation() + " "
                        + world.root
                                .relativize(call.target().orElse(call.path()))
                                .toString()
                                .replaceAll("[0-9].*-", "")));
        assertThat(order)
                .containsSubsequence(
                        "CREATE control/groups/t0.task.json",
                        "FORCE_FOLDER control/groups/then",
                        "RENAME control/waits/then.members",
                        "FORCE_FOLDER control/waits",
                        "RENAME blocked/then.task.json",
                        "RENAME pending/t0.task.json",
                        "FORCE_FOLDER blocked");
    }

    /** Without its list the rest of the group counted as never submitted, and was thrown away. */
    @Test
    void what_is_left_of_a_group_is_moved_although_its_callback_was_called_off_and_is_forgotten() throws IOException {
        QueueWorld world = QueueWorld.in(folder);
        Actor steward = world.actor("steward");
        FaultyDisk disk = FaultyDisk.over(QuickDisk.local());
        disk.fault(
                call -> call.is(Operation.RENAME)
                        && call.target()
                                .map(Disk::parentOf)
                                .filter(to -> to.endsWith("pending"))
                                .isPresent(),
                Moment.BEFORE,
                DiskTrouble.inputOutput());
        assertThatThrownBy(() -> queueOf(world, disk).submitGroup(group(1))).hasMessageContaining("is submitted");
        TaskView callback = world.queue.find("then").get(0);
        world.queue.control().cancel(callback.stem(), "not wanted");
        world.queue.control().discard(world.queue.find("then").get(0));
        Path list = world.layout().waits().resolve(callback.stem() + WaitFiles.MEMBERS);
        QuickDisk.local().touch(list, world.time.instant().minusSeconds(7_200));
        RetentionLimits.Limit anHour = RetentionLimits.Limit.of(Duration.ofHours(1), 0);
        steward.queue().sweep(new RetentionLimits(anHour, anHour, anHour));
        for (int i = 0; i < 12; i++) steward.rescue(incarnation -> false);
        assertThat(drain(world, steward)).containsExactly("t0");
    }

    /** A power cut took tasks of a group whose submitter had been told that they are accepted. */
    @Test
    void what_a_steward_has_moved_meanwhile_is_forced_before_it_is_promised() throws IOException {
        QueueWorld world = QueueWorld.in(folder);
        Actor steward = world.actor("steward");
        FaultyDisk disk = FaultyDisk.over(QuickDisk.local());
        queueOf(world, disk).submitGroup(group(1));
        long list = disk.calls().stream()
                .filter(call -> call.operation().isChange())
                .takeWhile(call -> !call.target().map(Path::toString).orElse("").endsWith(WaitFiles.MEMBERS))
                .count();
        disk.forget();
        disk.interpose((int) list + 2, Moment.BEFORE, () -> {
            try {
                steward.rescue(incarnation -> false);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        queueOf(world, disk).submitGroup(group(1));
        assertThat(steward.disk().calls())
                .as("it has moved both")
                .filteredOn(call -> call.is(Operation.RENAME))
                .hasSize(2);
        assertThat(steward.disk().calls())
                .as("it was not told whether the list is on disk")
                .filteredOn(call -> call.is(Operation.RENAME) || call.is(Operation.FORCE_FOLDER))
                .first()
                .returns(Operation.FORCE_FOLDER, DiskCall::operation)
                .returns(world.layout().waits(), DiskCall::path);
        assertThat(disk.calls())
                .filteredOn(call -> call.is(Operation.FORCE_FOLDER))
                .extracting(DiskCall::path)
                .contains(world.folder(TaskState.BLOCKED), world.folder(TaskState.PENDING));
    }

    @Test
    void a_submitter_that_stood_still_for_hours_in_the_middle_loses_nothing() throws IOException {
        QueueWorld world = QueueWorld.in(folder);
        Actor steward = world.actor("steward");
        for (int nth = 1; nth < MOST_CHANGES; nth++) {
            FaultyDisk disk = FaultyDisk.over(QuickDisk.local());
            disk.interpose(nth, Moment.BEFORE, () -> comesRoundLater(world, steward));
            String told = "";
            long before = world.queue.counts().total();
            try {
                GroupSubmission submitted = queueOf(world, disk).submitGroup(group(1));
                assertThat(dependenciesOf(world, submitted.callback()).counts())
                        .as("before change " + nth + ": what the callback waits for")
                        .isEqualTo(Map.of(TaskState.PENDING, 1));
            } catch (SubmitException e) {
                told = String.valueOf(e.getMessage());
            }
            long more = world.queue.counts().total() - before;
            assertThat(more).as("before change " + nth + ": " + told).isEqualTo(told.isEmpty() ? 2 : 0);
            if (!told.isEmpty()) assertThat(told).contains("was not submitted");
        }
    }

    private static void comesRoundLater(QueueWorld world, Actor steward) {
        try {
            for (Path of : List.of(world.layout().groups(), world.layout().waits()))
                for (String name : world.names(of))
                    QuickDisk.local()
                            .touch(of.resolve(name), world.time.instant().minusSeconds(7_200));
            RetentionLimits.Limit anHour = RetentionLimits.Limit.of(Duration.ofHours(1), 0);
            steward.queue().sweep(new RetentionLimits(anHour, anHour, anHour));
            for (int i = 0; i < 12; i++) steward.queue().unblock();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void what_a_dead_submitter_left_does_not_keep_a_callback_waiting_whose_task_is_gone() throws Exception {
        QueueWorld world = QueueWorld.in(folder);
        Actor me = world.actor("me");
        world.queue.submitGroup(group(2));
        me.done(me.claim(), "fine");
        world.queue
                .control()
                .discard(world.queue
                        .list(TaskFilter.all().withStates(Set.of(TaskState.DONE)))
                        .get(0));
        Files.createDirectories(world.layout().groups().resolve("left"));
        me.done(me.claim(), "fine");
        for (int i = 0; i < 60 && world.names(TaskState.PENDING).isEmpty(); i++) {
            me.queue().unblock();
            world.time.advance(Duration.ofMillis(500));
        }
        assertThat(world.names(TaskState.PENDING)).singleElement().asString().contains("then");
    }
}
