package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.queue.QueueWorld.Actor;
import dev.millrace.task.TaskState;
import dev.millrace.testkit.DiskCall;
import dev.millrace.testkit.DiskCall.Operation;
import dev.millrace.testkit.DiskTrouble;
import dev.millrace.testkit.FaultyDisk.Moment;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a worker's outcome log comes to when the disk refuses one of the steps around it: nothing is lost, and nothing stays. */
class RefusedLogTest extends WithOneWorker {
    private Claim claim() throws IOException {
        world.submit("t");
        world.passPoll();
        return worker.claim();
    }

    private List<String> logs() throws IOException {
        return world.names(world.layout().outcomes());
    }

    private static boolean fences(DiskCall call) {
        return call.is(Operation.RENAME)
                && call.target()
                        .filter(to -> to.toString().contains(".settled-"))
                        .isPresent();
    }

    private static boolean forcesTheFolderOfLogs(DiskCall call) {
        return call.is(Operation.FORCE_FOLDER) && call.path().endsWith("outcomes");
    }

    @Test
    void a_logs_name_is_used_once_although_the_first_try_failed() throws IOException {
        Claim claim = claim();
        worker.disk().faultOnce(RefusedLogTest::forcesTheFolderOfLogs, Moment.BEFORE, DiskTrouble.inputOutput());
        assertThatThrownBy(() -> worker.done(claim, "ok")).isInstanceOf(IOException.class);
        // Wrongly believed dead, its log is moved aside; what comes under that name now would replace it there.
        Actor steward = world.actor("steward");
        steward.disk().fault(call -> call.is(Operation.DELETE), Moment.BEFORE, DiskTrouble.inputOutput());
        DeadLogs.collect(
                steward.disk(),
                world.layout().outcomes(),
                worker.incarnation()::equals,
                new UnreadableLogs(world.ports(steward.disk())));
        assertThat(logs()).singleElement().asString().endsWith("0000.log.aside");
        assertThat(worker.done(claim, "ok")).isInstanceOf(Settlement.Settled.class);
        assertThat(logs()).hasSize(2).last().asString().endsWith("0001.log");
    }

    @Test
    void no_log_stays_behind_whose_folder_could_not_be_forced() throws IOException {
        Claim claim = claim();
        worker.disk().faultOnce(RefusedLogTest::forcesTheFolderOfLogs, Moment.BEFORE, DiskTrouble.inputOutput());
        assertThatThrownBy(() -> worker.done(claim, "ok")).isInstanceOf(IOException.class);
        worker.done(claim, "ok");
        worker.queue().close();
        assertThat(logs()).isEmpty();
    }

    @Test
    void no_log_stays_behind_when_a_task_could_not_be_fenced_at_first() throws IOException {
        Claim claim = claim();
        worker.disk().faultOnce(RefusedLogTest::fences, Moment.BEFORE, DiskTrouble.inputOutput());
        assertThatThrownBy(() -> worker.done(claim, "ok")).isInstanceOf(IOException.class);
        assertThat(worker.done(claim, "ok")).isInstanceOf(Settlement.Settled.class);
        worker.queue().close();
        assertThat(logs()).isEmpty();
        assertThat(world.stateOf(claim.stem())).isEqualTo(TaskState.DONE);
    }

    @Test
    void a_full_log_that_could_not_be_dropped_is_dropped_later() throws IOException {
        Claim claim = claim();
        worker.disk().faultOnce(call -> call.is(Operation.APPEND), Moment.HALFWAY, DiskTrouble.noSpace());
        assertThatThrownBy(() -> worker.done(claim, "ok")).isInstanceOf(IOException.class);
        worker.done(claim, "ok");
        assertThat(logs()).hasSize(2);
        worker.disk().faultOnce(call -> call.is(Operation.FORCE_FILE_SYSTEM), Moment.BEFORE, DiskTrouble.inputOutput());
        assertThatThrownBy(worker.queue()::dropFinishedLogs).isInstanceOf(IOException.class);
        assertThat(worker.queue().dropFinishedLogs()).isEqualTo(1);
        assertThat(logs()).hasSize(1);
    }

    @Test
    void the_log_of_a_batch_that_could_not_be_dropped_is_dropped_later() throws IOException {
        BatchWorld batches = BatchWorld.in(folder.resolve("batches")).submit(4);
        Actor worker = batches.queue.actor("worker");
        batches.drain(worker);
        Path outcomes = batches.queue.layout().outcomes();
        assertThat(batches.queue.names(outcomes)).isNotEmpty();
        worker.disk().faultOnce(call -> call.is(Operation.FORCE_FILE_SYSTEM), Moment.BEFORE, DiskTrouble.inputOutput());
        assertThatThrownBy(worker.queue()::dropFinishedLogs).isInstanceOf(IOException.class);
        worker.queue().dropFinishedLogs();
        assertThat(batches.queue.names(outcomes)).isEmpty();
    }
}
