package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.queue.QueueWorld.Actor;
import dev.millrace.task.BatchName;
import dev.millrace.task.TaskState;
import dev.millrace.testkit.DiskCall.Operation;
import dev.millrace.testkit.DiskTrouble;
import dev.millrace.testkit.FaultyDisk;
import dev.millrace.testkit.FaultyDisk.Moment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whoever wakes up again or breaks at whatever moment: each task of a batch ends once, and what was seen stays. */
@Tag("once")
class BatchCrashTest {
    private static final int TASKS = 5;
    private static final int MOST_CHANGES = 200;

    @TempDir
    private Path folder;

    /** Taken for dead in the middle of a change, robbed of its batch, and then it goes on as if nothing had happened. */
    @ParameterizedTest
    @EnumSource(Moment.class)
    void a_paused_owner_wakes_up_after_others_have_finished_its_work(Moment moment) throws IOException {
        int pauses = 0;
        for (int nth = 1; nth < MOST_CHANGES; nth++) {
            BatchWorld world = BatchWorld.in(folder.resolve(moment + "-" + nth)).submit(TASKS);
            Actor owner = world.queue.actor("owner");
            boolean[] paused = {false};
            owner.disk().interpose(nth, moment, () -> {
                paused[0] = true;
                finishedByOthers(world, owner);
            });
            world.drain(owner);
            if (!paused[0]) break;
            pauses++;
            world.rescue(world.queue.actor("last"), owner);
            world.drain(world.queue.actor("cleaner"));
            world.assertAllEnded(TASKS);
        }
        assertThat(pauses).as("moments of pausing").isBetween(10, MOST_CHANGES - 2);
    }

    private static void finishedByOthers(BatchWorld world, Actor owner) {
        try {
            Actor heir = world.queue.actor("heir");
            world.rescue(heir, owner);
            world.drain(heir);
            world.look();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** The same, but the others have only begun when it wakes up. */
    @ParameterizedTest
    @EnumSource(Moment.class)
    void a_paused_owner_wakes_up_while_another_runs_its_work(Moment moment) throws IOException {
        for (int nth = 1; nth < MOST_CHANGES; nth++) {
            BatchWorld world = BatchWorld.in(folder.resolve(moment + "-" + nth)).submit(TASKS);
            Actor owner = world.queue.actor("owner");
            Actor heir = world.queue.actor("heir");
            boolean[] paused = {false};
            owner.disk().interpose(nth, moment, () -> {
                paused[0] = true;
                begunByAnother(world, owner, heir);
            });
            world.drain(owner);
            if (!paused[0]) break;
            world.drain(heir);
            world.rescue(world.queue.actor("last"), owner);
            world.drain(heir);
            world.assertAllEnded(TASKS);
        }
    }

    private static void begunByAnother(BatchWorld world, Actor owner, Actor heir) {
        try {
            world.rescue(heir, owner);
            var claim = heir.queue().claim();
            if (claim.isPresent()) heir.queue().settle(claim.get(), world.outcome(heir, claim.get()));
            heir.queue().finishUnpublished();
            world.look();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @EnumSource(Moment.class)
    void each_change_fails_once_and_nothing_is_lost(Moment moment) throws IOException {
        for (int nth = 1; nth < MOST_CHANGES; nth++) {
            BatchWorld world = BatchWorld.in(folder.resolve(moment + "-" + nth)).submit(TASKS);
            Actor owner = world.queue.actor("owner");
            int[] count = {0};
            int at = nth;
            FaultyDisk.Fault fault = owner.disk()
                    .fault(call -> call.operation().isChange() && ++count[0] == at, moment, DiskTrouble.noSpace());
            for (int tries = 0; tries < 5; tries++) drainOrFail(world, owner);
            if (fault.strikes() == 0) break;
            world.rescue(world.queue.actor("steward"));
            world.assertAllEnded(TASKS);
        }
    }

    private static void drainOrFail(BatchWorld world, Actor owner) {
        try {
            world.drain(owner);
        } catch (IOException struck) {
            world.queue.passPoll();
        }
    }

    // ------------------------------------------------------------------ the power is cut

    private BatchWorld finished() throws IOException {
        BatchWorld world = BatchWorld.in(folder).submit(TASKS);
        Actor owner = world.queue.actor("owner");
        world.drain(owner);
        world.assertAllEnded(TASKS);
        return world;
    }

    private static Path file(BatchWorld world) throws IOException {
        return world.queue.layout().root().resolve(world.files().get(0));
    }

    @Test
    void renames_that_a_power_cut_undid_are_made_again() throws IOException {
        BatchWorld world = finished();
        String fresh = BatchName.fresh(world.stem(), TASKS).fileName();
        for (String place : List.of("pending/" + fresh, "scheduled/0000000000001-" + fresh)) {
            Files.move(file(world), world.queue.layout().root().resolve(place));
            Actor heir = world.queue.actor("heir of " + place.substring(0, 7));
            world.drain(heir);
            world.assertAllEnded(TASKS);
            assertThat(world.runs)
                    .as("nothing runs again")
                    .containsEntry("t0", 1)
                    .containsEntry("t2", 2);
        }
    }

    @Test
    void outcomes_that_a_power_cut_tore_are_written_again_to_the_byte() throws IOException {
        BatchWorld world = finished();
        Path file = file(world);
        byte[] whole = Files.readAllBytes(file);
        Path logs = world.queue.layout().outcomes();
        Map<Path, byte[]> logged = new HashMap<>();
        for (String name : world.queue.names(logs))
            logged.put(logs.resolve(name), Files.readAllBytes(logs.resolve(name)));
        assertThat(logged).as("two owners, for one task was tried again").hasSize(2);
        for (int size = BatchLines.of(whole).end(); size < whole.length; size += 11) {
            for (Map.Entry<Path, byte[]> log : logged.entrySet()) Files.write(log.getKey(), log.getValue());
            Files.write(file, Arrays.copyOf(whole, size));
            world.rescueAll();
            assertThat(file).as("cut at " + size).hasBinaryContent(whole);
        }
    }

    @Test
    void a_name_that_forgot_its_progress_gets_it_back_from_the_log() throws IOException {
        BatchWorld world = BatchWorld.in(folder).submit(TASKS);
        Actor owner = world.queue.actor("owner");
        Claim first = owner.claim();
        Claim second = owner.queue().claimAfter(first).orElseThrow();
        owner.queue().settle(first, world.outcome(owner, first));
        world.queue.time.advance(java.time.Duration.ofMillis(3));
        owner.queue().finishUnpublished();
        world.look();
        assertThat(world.record(0).view().state()).isEqualTo(TaskState.DONE);
        assertThat(second.id()).isEqualTo("t1");
        Files.move(
                file(world),
                world.queue
                        .folder(TaskState.PENDING)
                        .resolve(BatchName.fresh(world.stem(), TASKS).fileName()));
        world.drain(world.queue.actor("after the cut"));
        world.assertAllEnded(TASKS);
        assertThat(world.runs).containsEntry("t0", 1);
    }

    @Test
    void looking_changes_nothing() throws IOException {
        BatchWorld world = BatchWorld.in(folder).submit(TASKS);
        Actor owner = world.queue.actor("owner");
        Claim first = owner.claim();
        owner.queue().settle(first, world.outcome(owner, first));
        var before = world.queue.tree();
        world.look();
        world.queue.queue.counts();
        world.queue.queue.ages();
        world.queue.queue.list(TaskFilter.all());
        world.queue.queue.find("t1");
        assertThat(world.queue.tree()).isEqualTo(before);
        assertThat(owner.disk().count(Operation.DELETE)).isZero();
    }
}
