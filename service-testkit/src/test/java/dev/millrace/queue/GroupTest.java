package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.millrace.queue.QueueWorld.Actor;
import dev.millrace.storage.Disk;
import dev.millrace.storage.FileFacts;
import dev.millrace.task.InvalidTaskException;
import dev.millrace.task.Outcome;
import dev.millrace.task.Task;
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
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Groups of tasks and their callbacks: whole or not at all, and the callback once, when all have ended. */
class GroupTest {
    private static final int MOST_CHANGES = 200;

    @TempDir
    private Path folder;

    private static TaskGroup group(int tasks) {
        List<Task> all = new ArrayList<>();
        for (int i = 0; i < tasks; i++) all.add(Task.of("k").id("t" + i));
        return new TaskGroup("nightly", all, Task.of("k").id("then"));
    }

    private static QueueWorld quick(QueueWorld world) throws IOException {
        Files.writeString(world.layout().runtimes(), "{\"runtimes\":{\"k\":0.0001}}");
        return world;
    }

    private static TaskQueue queueOf(QueueWorld world, FaultyDisk disk) {
        return TaskQueue.inDirectory(world.layout(), QueueWorld.OPTIONS, world.ports(disk));
    }

    /** t1 fails, all others are done. */
    private static List<String> drain(QueueWorld world, Actor actor) throws IOException {
        List<String> ran = new ArrayList<>();
        for (int idle = 0; idle < 4; ) {
            int moved = actor.queue().unblock() + actor.queue().finishUnpublished();
            Optional<Claim> claim = actor.queue().claim();
            if (claim.isEmpty() && moved == 0) {
                idle++;
                world.passPoll();
                continue;
            }
            idle = 0;
            for (Optional<Claim> next = claim;
                    next.isPresent();
                    next = actor.queue().claimAfter(next.get())) {
                ran.add(next.get().id());
                actor.queue().settle(next.get(), outcome(next.get()));
                world.time.advance(Duration.ofMillis(1));
            }
        }
        return ran;
    }

    private static Outcome outcome(Claim claim) {
        if (claim.id().equals("t1")) return new Outcome.Failed("broken", "");
        return new Outcome.Done(TextNode.valueOf("result of " + claim.id()));
    }

    private static Dependencies of(QueueWorld world, Submission callback) throws IOException {
        TaskView view = world.queue.locate(callback.stem()).orElseThrow();
        return world.queue.dependencies(world.queue.read(view).orElseThrow());
    }

    @Test
    void the_callback_runs_once_when_all_have_ended_and_knows_what_they_came_to() throws IOException {
        QueueWorld world = QueueWorld.in(folder);
        GroupSubmission submitted = world.queue.submitGroup(group(3));
        assertThat(submitted.tasks()).extracting(Submission::id).containsExactly("t0", "t1", "t2");
        assertThat(submitted.callback().state()).isEqualTo(TaskState.BLOCKED);
        assertThat(of(world, submitted.callback()).counts()).isEqualTo(Map.of(TaskState.PENDING, 3));
        Actor worker = world.actor("worker");
        assertThat(drain(world, worker)).containsExactly("t0", "t1", "t2", "then");
        Dependencies found = of(world, submitted.callback());
        assertThat(found.count()).isEqualTo(3);
        assertThat(found.counts()).isEqualTo(Map.of(TaskState.DONE, 2, TaskState.FAILED, 1));
        assertThat(found.results()).containsEntry("t2", TextNode.valueOf("result of t2"));
        assertThat(found.of("t1").orElseThrow().error()).contains("broken");
        assertThat(world.terminal(submitted.tasks().get(0).stem()).path("group").asText())
                .isEqualTo("nightly");
        assertThat(world.terminal(submitted.callback().stem())
                        .path("callback_of")
                        .path("tasks")
                        .asInt())
                .isEqualTo(3);
    }

    @Test
    void tasks_of_a_group_may_share_files() throws IOException {
        QueueWorld world = quick(QueueWorld.in(folder));
        GroupSubmission submitted = world.queue.submitGroup(group(2_000));
        assertThat(world.names(TaskState.PENDING)).hasSize(1);
        Actor worker = world.actor("worker");
        List<String> ran = drain(world, worker);
        assertThat(ran).hasSize(2_001).endsWith("then");
        Dependencies found = of(world, submitted.callback());
        assertThat(found.counts()).isEqualTo(Map.of(TaskState.DONE, 1_999, TaskState.FAILED, 1));
        assertThat(found.of("t1999").orElseThrow().result()).isEqualTo(TextNode.valueOf("result of t1999"));
        int[] seen = {0};
        found.forEach(one -> seen[0]++);
        assertThat(seen[0]).isEqualTo(2_000);
    }

    @Test
    void tasks_of_a_group_may_depend_on_each_other() throws IOException {
        QueueWorld world = QueueWorld.in(folder);
        world.queue.submitGroup(new TaskGroup(
                "nightly",
                List.of(Task.of("k").id("b").dependsOn("a"), Task.of("k").id("a")),
                Task.of("k").id("c")));
        assertThat(drain(world, world.actor("worker"))).containsExactly("a", "b", "c");
    }

    @Test
    void results_that_retention_has_removed_still_count() throws IOException {
        QueueWorld world = QueueWorld.in(folder);
        GroupSubmission submitted = world.queue.submitGroup(group(3));
        Actor worker = world.actor("worker");
        worker.queue().unblock();
        worker.queue().settle(worker.claim(), QueueWorld.done("x"));
        worker.queue().unblock();
        Files.delete(world.queue.find("t0").get(0).file());
        Actor heir = world.actor("heir");
        assertThat(drain(world, heir)).containsExactly("t1", "t2", "then");
        assertThat(of(world, submitted.callback()).counts()).isEqualTo(Map.of(TaskState.DONE, 2, TaskState.FAILED, 1));
    }

    /** A callback is a task like any other: it may be tried again, and fails for good when it must. */
    @Test
    void a_callback_that_fails_is_tried_again_and_changes_nothing_about_its_group() throws IOException {
        QueueWorld world = QueueWorld.in(folder);
        GroupSubmission submitted = world.queue.submitGroup(new TaskGroup(
                "nightly",
                List.of(Task.of("k").id("t0")),
                Task.of("k").id("then").maxAttempts(2)));
        Actor worker = world.actor("worker");
        worker.queue().settle(worker.claim(), QueueWorld.done("x"));
        worker.queue().unblock();
        world.passPoll();
        world.passPoll();
        worker.queue().settle(worker.claim(), QueueWorld.retry(Duration.ZERO));
        assertThat(world.stateOf(submitted.callback().stem())).isEqualTo(TaskState.PENDING);
        worker.queue().unblock();
        world.passPoll();
        Claim again = worker.claim();
        assertThat(again.attempt()).isEqualTo(2);
        assertThat(worker.queue().dependencies(again).results()).containsKey("t0");
        worker.queue().settle(again, new Outcome.Failed("the callback is broken", ""));
        assertThat(world.stateOf(submitted.callback().stem())).isEqualTo(TaskState.FAILED);
        assertThat(world.stateOf(submitted.tasks().get(0).stem())).isEqualTo(TaskState.DONE);
        assertThat(drain(world, worker)).isEmpty();
    }

    @Test
    void what_cannot_be_a_group_is_refused_before_anything_is_written() throws IOException {
        QueueWorld world = QueueWorld.in(folder);
        Task task = Task.of("k");
        assertThatThrownBy(() -> new TaskGroup("g", List.of(), task))
                .isInstanceOf(InvalidTaskException.class)
                .hasMessageContaining("needs at least one task");
        assertThatThrownBy(() -> new TaskGroup("x".repeat(1_001), List.of(task), task))
                .isInstanceOf(InvalidTaskException.class)
                .hasMessageContaining("1 to 1000 characters");
        assertThatThrownBy(() -> new TaskGroup("g", List.of(task), task.dependsOn("x")))
                .isInstanceOf(InvalidTaskException.class)
                .hasMessageContaining("depends_on");
        assertThatThrownBy(() -> world.queue.submitGroup(new TaskGroup("g", List.of(task.dependsOn("x")), task)))
                .isInstanceOf(InvalidTaskException.class)
                .hasMessageContaining("'x' is the id of no task");
        assertThat(world.queue.counts().total()).isZero();
        assertThat(world.names(world.layout().groups())).isEmpty();
    }

    // ------------------------------------------------------------------ whole or not at all

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
                assertThat(of(world, submitted.callback()).counts())
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
