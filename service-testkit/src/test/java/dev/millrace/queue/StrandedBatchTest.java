package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.queue.QueueWorld.Actor;
import dev.millrace.storage.Disk;
import dev.millrace.task.BatchName;
import dev.millrace.task.TaskState;
import dev.millrace.testkit.DiskCall;
import dev.millrace.testkit.DiskCall.Operation;
import dev.millrace.testkit.DiskTrouble;
import dev.millrace.testkit.FaultyDisk.Fault;
import dev.millrace.testkit.FaultyDisk.Moment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A batch that was claimed and then neither read nor put back, because the disk refused for a while: its worker lives on. */
class StrandedBatchTest {
    @TempDir
    private Path folder;

    private BatchWorld world;
    private Actor worker;

    @BeforeEach
    void start() throws IOException {
        world = BatchWorld.in(folder).submit(4);
        worker = world.queue.actor("worker");
    }

    private static boolean leavesRunning(DiskCall call) {
        return call.is(Operation.RENAME) && Disk.parentOf(call.path()).endsWith("running");
    }

    private static boolean readsBatch(DiskCall call) {
        return call.is(Operation.READ) && call.path().toString().endsWith(".batch.jsonl");
    }

    private void nextRenameIsDeniedAndNobodyCanTell() {
        worker.disk().faultOnce(StrandedBatchTest::leavesRunning, Moment.AFTER, DiskTrouble.inputOutput());
        worker.disk()
                .faultOnce(
                        call -> call.is(Operation.FACTS) && call.isIn("running"),
                        Moment.BEFORE,
                        DiskTrouble.inputOutput());
    }

    private void claimFailsAndTheWorkerRunsItLater(Fault stuck) throws IOException {
        assertThatThrownBy(worker.queue()::claim).isInstanceOf(IOException.class);
        assertThat(world.files()).singleElement().asString().startsWith("running/");
        stuck.close();
        world.drain(worker);
        world.assertAllEnded(4);
    }

    @Test
    void one_that_could_neither_be_read_nor_put_back_is_run_by_the_same_worker_later() throws IOException {
        worker.disk().faultOnce(StrandedBatchTest::readsBatch, Moment.BEFORE, DiskTrouble.inputOutput());
        claimFailsAndTheWorkerRunsItLater(
                worker.disk().fault(StrandedBatchTest::leavesRunning, Moment.BEFORE, DiskTrouble.inputOutput()));
    }

    @Test
    void one_that_could_not_be_quarantined_is_not_forgotten() throws IOException {
        worker.disk().faultOnce(StrandedBatchTest::readsBatch, Moment.BEFORE, DiskTrouble.accessDenied());
        Fault full = worker.disk().fault(call -> call.is(Operation.CREATE), Moment.BEFORE, DiskTrouble.noSpace());
        Fault stuck = worker.disk().fault(StrandedBatchTest::leavesRunning, Moment.BEFORE, DiskTrouble.inputOutput());
        assertThatThrownBy(worker.queue()::claim).isInstanceOf(IOException.class);
        full.close();
        stuck.close();
        world.drain(worker);
        world.assertAllEnded(4);
    }

    /** An heir must rename it, to tell what counts. */
    private void aPowerCutUndoesItsEnd() throws IOException {
        world.drain(worker);
        String ended = world.queue.names(TaskState.FAILED).get(0);
        String before = BatchName.fresh(world.stem(), 4).fileName();
        Files.move(
                world.queue.folder(TaskState.FAILED).resolve(ended),
                world.queue.folder(TaskState.PENDING).resolve(before));
        worker = world.queue.actor("heir");
    }

    /** It was put into failed/, as a bad file is. */
    @Test
    void one_that_cannot_be_renamed_for_lack_of_permission_is_not_taken_for_a_bad_file() throws IOException {
        aPowerCutUndoesItsEnd();
        worker.disk().faultOnce(StrandedBatchTest::leavesRunning, Moment.BEFORE, DiskTrouble.accessDenied());
        assertThat(worker.queue().claim()).isEmpty();
        assertThat(world.files()).singleElement().asString().startsWith("pending/");
        world.drain(worker);
        world.assertAllEnded(4);
    }

    @Test
    void one_whose_rename_was_carried_out_although_nobody_can_tell_is_found_under_its_new_name() throws IOException {
        aPowerCutUndoesItsEnd();
        nextRenameIsDeniedAndNobodyCanTell();
        worker.queue().claim();
        assertThat(world.files()).singleElement().asString().startsWith("pending/");
        world.drain(worker);
        world.assertAllEnded(4);
    }

    @Test
    void a_task_that_cannot_be_written_out_does_not_keep_a_batch_from_its_end() throws IOException {
        world.queue.pendingFile("0.task.json", QueueWorld.foreign("{}"));
        worker.disk().fault(call -> call.is(Operation.WRITE_AT), Moment.BEFORE, DiskTrouble.noSpace());
        worker.done(worker.claim(), "written out later");
        worker.disk()
                .faultOnce(
                        call -> call.is(Operation.APPEND)
                                && call.path().toString().endsWith(".batchlog"),
                        Moment.BEFORE,
                        DiskTrouble.noSpace());
        for (int i = 0; i < 4; i++) worker.done(worker.claim(), "part of a batch");
        world.queue.time.advance(Duration.ofSeconds(1));
        assertThatThrownBy(worker.queue()::finishUnpublished).hasMessageContaining("No space");
        assertThat(world.queue.queue.counts().of(TaskState.DONE)).isEqualTo(4);
    }

    /** It was taken for lost, and lay in running/ until its worker ended. */
    @Test
    void one_whose_progress_was_written_although_nobody_can_tell_goes_on_with_the_next() throws IOException {
        Claim first = worker.claim();
        Claim second = worker.queue().claimAfter(first).orElseThrow();
        worker.done(first, "counted, but denied");
        nextRenameIsDeniedAndNobodyCanTell();
        world.queue.time.advance(Duration.ofSeconds(1));
        assertThatThrownBy(worker.queue()::finishUnpublished).hasMessageContaining("Input/output");
        assertThat(worker.queue().stillHolds(second)).isTrue();
        worker.disk().faultOnce(StrandedBatchTest::leavesRunning, Moment.BEFORE, DiskTrouble.inputOutput());
        Claim third = worker.claim();
        worker.done(third, "in a round that is refused for good");
        world.queue.time.advance(Duration.ofSeconds(1));
        assertThatThrownBy(worker.queue()::finishUnpublished).hasMessageContaining("Input/output");
        assertThat(worker.queue().stillHolds(second)).isTrue();
        assertThat(worker.done(second, "in another round")).isInstanceOf(Settlement.Settled.class);
        world.queue.time.advance(Duration.ofSeconds(1));
        worker.queue().finishUnpublished();
        world.drain(worker);
        assertThat(world.queue.queue.counts().total()).isEqualTo(4);
        assertThat(world.files()).singleElement().asString().doesNotStartWith("running/");
    }
}
