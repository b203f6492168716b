package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.queue.QueueControl.Cancelled;
import dev.millrace.queue.QueueControl.Changed;
import dev.millrace.queue.QueueWorld.Actor;
import dev.millrace.storage.Disk;
import dev.millrace.task.BatchName;
import dev.millrace.task.Outcome;
import dev.millrace.task.Task;
import dev.millrace.task.TaskName;
import dev.millrace.task.TaskState;
import dev.millrace.testkit.DiskCall;
import dev.millrace.testkit.DiskCall.Operation;
import dev.millrace.testkit.DiskTrouble;
import dev.millrace.testkit.FaultyDisk.Moment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What random worlds found in the protocol, each as the shortest story that shows it. See decision 10. */
class FoundByWorldsTest {
    @TempDir
    private Path folder;

    private static Path only(QueueWorld world, TaskState state) throws IOException {
        List<String> names = world.names(state);
        assertThat(names).hasSize(1);
        return world.folder(state).resolve(names.get(0));
    }

    @Test
    void a_task_that_a_power_cut_put_back_is_not_called_off_before_its_outcome_is_restored() throws IOException {
        QueueWorld world = QueueWorld.in(folder);
        Actor owner = world.actor("owner");
        String stem = world.submit("t").stem();
        owner.done(owner.claim(), "by owner");
        Files.move(only(world, TaskState.DONE), world.folder(TaskState.PENDING).resolve(stem + TaskName.SUFFIX));

        assertThat(world.queue.control().cancel(stem, "too late")).isEqualTo(Cancelled.ASKED);

        world.untilQuiet(world.actor("steward"), Set.of(owner.incarnation()));
        assertThat(world.terminal(stem).path("result").textValue()).isEqualTo("by owner");
    }

    @Test
    void a_task_that_cannot_be_read_now_is_not_put_back_beyond_its_last_attempt() throws IOException {
        QueueWorld world = QueueWorld.in(folder);
        Actor owner = world.actor("owner");
        Actor steward = world.actor("steward");
        String stem = world.queue.submit(Task.of("k").id("t").maxAttempts(1)).stem();
        owner.claim();
        steward.disk()
                .faultOnce(
                        call -> call.is(Operation.READ) && call.isIn("running"),
                        Moment.BEFORE,
                        DiskTrouble.tooManyOpenFiles());

        steward.rescue(owner.incarnation()::equals);
        assertThat(world.stateOf(stem)).isEqualTo(TaskState.RUNNING);
        steward.rescue(owner.incarnation()::equals);
        assertThat(world.terminal(stem).path("attempt").intValue()).isEqualTo(1);
    }

    @Test
    void a_disk_that_fails_does_not_make_the_steward_forget_what_a_task_waits_for() throws IOException {
        QueueWorld world = QueueWorld.in(folder);
        Actor owner = world.actor("owner");
        Actor steward = world.actor("steward");
        world.submit("first");
        world.queue.submit(Task.of("k").id("second").dependsOn("first"));
        owner.done(owner.claim(), "by owner");
        steward.disk()
                .faultOnce(
                        call -> call.is(Operation.FACTS) && call.isIn("done"),
                        Moment.BEFORE,
                        DiskTrouble.inputOutput());

        assertThatThrownBy(() -> steward.queue().unblock()).isInstanceOf(IOException.class);
        assertThat(steward.queue().unblock()).isEqualTo(1);
        assertThat(world.names(TaskState.PENDING)).hasSize(1);
    }

    @Test
    void a_task_is_run_again_although_the_one_it_waited_for_has_been_removed() throws Exception {
        QueueWorld world = QueueWorld.in(folder);
        Actor owner = world.actor("owner");
        String first = world.submit("first").stem();
        Submission second = world.queue.submit(Task.of("k").id("second").dependsOn("first"));
        world.queue.control().cancel(second.stem(), "not now");
        owner.done(owner.claim(), "by owner");
        world.queue.control().discard(world.queue.locate(first).orElseThrow());

        assertThat(world.queue.control().retry(world.queue.locate(second.stem()).orElseThrow()))
                .isEqualTo(Changed.DONE);

        Actor steward = world.actor("steward");
        for (int i = 0; i < 3; i++) {
            world.drain(owner);
            steward.queue().unblock();
        }
        assertThat(world.drain(owner)).isEmpty();
        assertThat(world.names(TaskState.DONE)).hasSize(1);
        assertThat(world.names(TaskState.FAILED)).isEmpty();
    }

    /** Between a force and a read behind it, an owner that is alive after all may write what is not forced. */
    @Test
    void what_is_read_of_a_dead_owners_log_is_forced_before_it_is_believed() throws IOException {
        QueueWorld world = QueueWorld.in(folder);
        Actor owner = world.actor("owner");
        Actor steward = world.actor("steward");
        world.submit("t");
        owner.done(owner.claim(), "by owner");
        steward.disk().forget();
        steward.rescue(owner.incarnation()::equals);
        List<Operation> ofLog = steward.disk().calls().stream()
                .filter(call -> call.path().toString().endsWith(".aside"))
                .map(DiskCall::operation)
                .toList();
        assertThat(ofLog).startsWith(Operation.READ, Operation.FORCE_FILE);
    }

    @Test
    void logs_of_a_batch_that_moves_while_a_steward_looks_for_it_are_kept() throws IOException {
        BatchWorld world = BatchWorld.in(folder).submit(3);
        Actor first = world.queue.actor("first");
        first.done(first.claim(), "by first");
        first.queue().release();
        Actor second = world.queue.actor("second");
        Claim one = second.claim();
        Actor steward = world.queue.actor("steward");
        boolean[] moved = {false};
        steward.disk()
                .fault(
                        call -> isListing(call, "pending") && puts(second, one, moved),
                        Moment.BEFORE,
                        DiskTrouble.inputOutput());
        world.look();

        steward.rescue(first.incarnation()::equals);

        if (!moved[0]) puts(second, one, moved);
        world.look();
        assertThat(world.queue.names(world.queue.layout().outcomes())).isNotEmpty();
    }

    private static boolean isListing(DiskCall call, String folder) {
        return call.is(Operation.LIST) && call.path().endsWith(folder);
    }

    /** Not a fault: the batch goes from running to scheduled while somebody looks. */
    private static boolean puts(Actor owner, Claim claim, boolean[] moved) {
        if (moved[0]) return false;
        moved[0] = true;
        try {
            owner.queue().settle(claim, new Outcome.Snoozed("later", Duration.ofHours(1)));
            for (var next = owner.queue().claimAfter(claim);
                    next.isPresent();
                    next = owner.queue().claimAfter(claim))
                owner.queue().settle(next.get(), new Outcome.Snoozed("later", Duration.ofHours(1)));
            owner.queue().release();
            return false;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void what_a_power_cut_left_of_a_batchs_outcomes_is_no_task() throws IOException {
        for (int left : new int[] {1, 7, BatchLines.OUTCOMES.length(), BatchLines.OUTCOMES.length() + 9}) {
            BatchWorld world = BatchWorld.in(folder.resolve("left" + left)).submit(2);
            Actor owner = world.queue.actor("owner");
            world.drain(owner);
            world.look();
            Path ended = only(world.queue, TaskState.FAILED);
            byte[] whole = Files.readAllBytes(ended);
            int tasks = BatchLines.of(whole, BatchName.parse(String.valueOf(ended.getFileName())))
                    .end();
            Files.write(ended, Arrays.copyOf(Arrays.copyOf(whole, tasks + left), whole.length));
            world.look();
            String first = BatchName.fresh(world.stem(), 2).fileName();
            Files.move(ended, world.queue.folder(TaskState.PENDING).resolve(first));
            world.rescue(world.queue.actor("steward"), owner);
            world.drain(world.queue.actor("heir"));
            world.assertAllEnded(2);
        }
    }

    @Test
    void what_a_zombie_logs_does_not_count_although_its_heir_has_not_logged_yet() throws IOException {
        BatchWorld world = BatchWorld.in(folder).submit(2);
        Actor zombie = world.queue.actor("zombie");
        Claim first = zombie.claim();
        zombie.done(first, "first by zombie");
        world.queue.time.advance(Duration.ofSeconds(1));
        zombie.queue().finishUnpublished();
        Claim second = zombie.claim();
        Actor steward = world.queue.actor("steward");
        steward.rescue(zombie.incarnation()::equals);
        Actor heir = world.queue.actor("heir");
        Claim again = heir.claim();
        zombie.done(second, "second by zombie");

        steward.rescue(heir.incarnation()::equals);
        world.look();
        heir.done(again, "second by heir");
        world.drain(world.queue.actor("last"));
        world.look();
        assertThat(world.record(1).result().textValue()).isNotEqualTo("second by zombie");
    }

    @Test
    void a_batch_whose_logs_cannot_be_read_is_put_back_as_it_was() throws IOException {
        BatchWorld world = BatchWorld.in(folder).submit(2);
        Actor owner = world.queue.actor("owner");
        world.drain(owner);
        world.look();
        Files.move(
                only(world.queue, TaskState.FAILED),
                world.queue
                        .folder(TaskState.PENDING)
                        .resolve(BatchName.fresh(world.stem(), 2).fileName()));
        Actor heir = world.queue.actor("heir");
        heir.disk().faultOnce(call -> isListing(call, "outcomes"), Moment.BEFORE, DiskTrouble.inputOutput());
        try {
            heir.queue().claim();
        } catch (IOException passing) {
            assertThat(passing).hasMessageContaining("Input/output");
        }
        world.drain(heir);
        world.assertAllEnded(2);
        assertThat(Disk.local().sortedNames(world.queue.folder(TaskState.PENDING)))
                .isEmpty();
    }
}
