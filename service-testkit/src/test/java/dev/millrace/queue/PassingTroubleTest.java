package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.event.Event;
import dev.millrace.queue.QueueWorld.Actor;
import dev.millrace.task.Outcome;
import dev.millrace.task.Task;
import dev.millrace.task.TaskState;
import dev.millrace.testkit.DiskCall;
import dev.millrace.testkit.DiskCall.Operation;
import dev.millrace.testkit.DiskTrouble;
import dev.millrace.testkit.FaultyDisk.Fault;
import dev.millrace.testkit.FaultyDisk.Moment;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A disk that fails for a while: nothing is lost, no attempt is spent, and afterwards everything goes on. */
class PassingTroubleTest extends WithOneWorker {
    enum Trouble {
        TOO_MANY_OPEN_FILES(DiskTrouble.tooManyOpenFiles()),
        INPUT_OUTPUT(DiskTrouble.inputOutput()),
        NO_SPACE(DiskTrouble.noSpace());

        @SuppressWarnings("ImmutableEnumChecker")
        private final DiskTrouble what;

        Trouble(DiskTrouble what) {
            this.what = what;
        }
    }

    private static boolean readsTask(DiskCall call) {
        return call.is(Operation.READ) && call.path().toString().endsWith(".task.json");
    }

    @ParameterizedTest
    @EnumSource(Trouble.class)
    void a_task_that_cannot_be_read_now_is_put_back_and_left_alone_for_a_while(Trouble trouble) throws IOException {
        String stem = world.submit("t").stem();
        Fault fault = worker.disk().fault(PassingTroubleTest::readsTask, Moment.BEFORE, trouble.what);
        assertThat(worker.queue().claim()).isEmpty();
        assertThat(world.stateOf(stem)).isEqualTo(TaskState.PENDING);
        assertThat(world.events.of(Event.Trouble.class)).hasSize(1);
        for (int i = 0; i < 3; i++) {
            world.passPoll();
            assertThat(worker.queue().claim()).isEmpty();
        }
        assertThat(fault.strikes()).as("it was left alone").isEqualTo(1);
        fault.close();
        world.time.advance(PUT_BACK_FOR);
        Claim claim = worker.claim();
        assertThat(claim.attempt()).isEqualTo(1);
        worker.done(claim, "ok");
        assertThat(world.terminal(stem).path("status").textValue()).isEqualTo("done");
        assertThat(world.terminal(stem).has("attempts")).isFalse();
    }

    @Test
    void good_tasks_behind_a_troubled_one_are_claimed() throws IOException {
        world.submit("troubled");
        world.submit("good");
        worker.disk().faultOnce(PassingTroubleTest::readsTask, Moment.BEFORE, DiskTrouble.inputOutput());
        assertThat(worker.claim().id()).isEqualTo("good");
    }

    @Test
    void a_targeted_task_that_cannot_be_read_now_is_not_given_to_somebody_else() throws IOException {
        String stem = world.queue.submit(Task.of("k").id("t").worker("other")).stem();
        worker.disk().fault(PassingTroubleTest::readsTask, Moment.BEFORE, DiskTrouble.tooManyOpenFiles());
        assertThat(worker.queue().claim()).isEmpty();
        assertThat(world.stateOf(stem)).isEqualTo(TaskState.PENDING);
        worker.disk().faultOnce(PassingTroubleTest::readsTask, Moment.BEFORE, DiskTrouble.tooManyOpenFiles());
    }

    /** Only the first look fails: the document must still be asked whom it is for before it is run. */
    @Test
    void a_targeted_task_whose_first_look_failed_is_still_run_by_its_own_worker_only() throws IOException {
        String stem = world.queue.submit(Task.of("k").id("t").worker("other")).stem();
        worker.disk().faultOnce(PassingTroubleTest::readsTask, Moment.BEFORE, DiskTrouble.tooManyOpenFiles());
        assertThat(worker.queue().claim()).isEmpty();
        world.time.advance(PUT_BACK_FOR);
        assertThat(worker.queue().claim()).isEmpty();
        assertThat(world.stateOf(stem)).isEqualTo(TaskState.PENDING);
        assertThat(world.actor("other").claim().attempt()).isEqualTo(1);
    }

    /** Whether it may run could not be found out: it must not lie in running/ until this worker ends. */
    @Test
    void a_task_that_was_claimed_and_could_not_be_looked_at_further_is_put_back() throws IOException {
        String unique = QueueWorld.foreign("{}").replace("\"task_id\"", "\"unique_key\":\"u\",\"task_id\"");
        world.pendingFile("dropped.task.json", unique);
        claimFailsAtTheKey();
        Claim claim = worker.claim();
        assertThat(claim.attempt()).isEqualTo(1);
        assertThat(world.placesOf("dropped")).hasSize(1);
    }

    /** The claim says nothing was claimed when it fails; so nothing may stay behind in running. */
    @Test
    void a_task_that_could_neither_be_read_nor_put_back_is_put_back_later() throws IOException {
        String stem = world.submit("t").stem();
        worker.disk().faultOnce(PassingTroubleTest::readsTask, Moment.BEFORE, DiskTrouble.inputOutput());
        Fault stuck = worker.disk()
                .fault(
                        call -> call.is(Operation.RENAME)
                                && dev.millrace.storage.Disk.parentOf(call.path())
                                        .endsWith("running"),
                        Moment.BEFORE,
                        DiskTrouble.inputOutput());
        assertThatThrownBy(worker.queue()::claim).isInstanceOf(IOException.class);
        stuck.close();
        world.time.advance(PUT_BACK_FOR);
        Claim claim = claimWithin(3);
        assertThat(claim.stem()).isEqualTo(stem);
        assertThat(claim.attempt()).isEqualTo(1);
    }

    private Claim claimWithin(int polls) throws IOException {
        for (int i = 0; i < polls; i++) {
            Optional<Claim> claim = worker.queue().claim();
            if (claim.isPresent()) return claim.get();
            world.time.advance(PUT_BACK_FOR);
        }
        throw new AssertionError("nothing to claim after " + polls + " polls; it lies in "
                + world.tree().keySet());
    }

    @Test
    void a_bad_file_that_cannot_be_quarantined_on_a_full_disk_is_quarantined_later() throws IOException {
        world.pendingFile("bad.task.json", "not json");
        world.submit("good");
        Fault full = worker.disk().fault(call -> call.is(Operation.CREATE), Moment.HALFWAY, DiskTrouble.noSpace());
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 2; i++) worker.queue().claim();
                })
                .isInstanceOf(IOException.class)
                .hasMessageContaining("No space");
        full.close();
        world.time.advance(PUT_BACK_FOR);
        for (int i = 0; i < 3; i++) {
            worker.queue().claim();
            world.time.advance(PUT_BACK_FOR);
        }
        assertThat(world.whyQuarantined("bad.task.json")).contains("JSON");
        assertThat(world.names(TaskState.RUNNING)).hasSizeLessThanOrEqualTo(1);
    }

    @Test
    void a_rename_that_is_reported_as_lost_although_it_was_carried_out_is_found_out() throws IOException {
        String stem = world.submit("t").stem();
        worker.disk().fault(call -> call.is(Operation.RENAME), Moment.AFTER, DiskTrouble.noSuchFile());
        Claim claim = worker.claim();
        assertThat(worker.done(claim, "ok")).isInstanceOf(Settlement.Settled.class);
        assertThat(world.terminal(stem).path("result").textValue()).isEqualTo("ok");
    }

    @Test
    void a_submit_whose_rename_is_reported_as_lost_although_it_was_carried_out_is_accepted() throws IOException {
        worker.disk().fault(call -> call.is(Operation.RENAME), Moment.AFTER, DiskTrouble.noSuchFile());
        TaskQueue lying = TaskQueue.inDirectory(world.layout(), QueueWorld.OPTIONS, world.ports(worker.disk()));
        Submission submitted = lying.submit(Task.of("k").id("t"));
        assertThat(world.stateOf(submitted.stem())).isEqualTo(TaskState.PENDING);
    }

    @Test
    void a_quarantine_whose_rename_is_reported_as_lost_keeps_its_sidecar() throws IOException {
        world.pendingFile("bad.task.json", "not json");
        worker.disk().fault(call -> call.is(Operation.RENAME), Moment.AFTER, DiskTrouble.noSuchFile());
        assertThat(worker.queue().claim()).isEmpty();
        // The draft of the sidecar is renamed, too, and reported as lost.
        world.time.advance(PUT_BACK_FOR);
        worker.queue().claim();
        assertThat(world.names(TaskState.FAILED)).contains("bad.task.json");
        assertThat(world.whyQuarantined("bad.task.json")).contains("JSON");
    }

    @Test
    void put_backs_promotions_and_rescues_survive_renames_that_are_reported_as_lost() throws IOException {
        String stem = world.submit("t").stem();
        worker.disk().fault(call -> call.is(Operation.RENAME), Moment.AFTER, DiskTrouble.noSuchFile());
        assertThat(worker.queue().settle(worker.claim(), QueueWorld.retry(Duration.ofSeconds(1))))
                .isInstanceOf(Settlement.PutBack.class);
        world.time.advance(Duration.ofSeconds(1));
        worker.queue().promote();
        assertThat(worker.queue().settle(worker.claim(), new Outcome.HandedBack("x")))
                .isInstanceOf(Settlement.PutBack.class);
        Actor other = world.actor("other");
        world.passPoll();
        other.claim();
        assertThat(worker.rescue(other.incarnation()::equals)).isEqualTo(1);
        assertThat(world.stateOf(stem)).isEqualTo(TaskState.PENDING);
        world.untilQuiet(worker, Set.of(other.incarnation()));
    }

    @Test
    void a_full_disk_fails_a_submit_clearly_and_leaves_nothing() throws IOException {
        TaskQueue full = TaskQueue.inDirectory(world.layout(), QueueWorld.OPTIONS, world.ports(worker.disk()));
        Fault fault = worker.disk().fault(call -> call.is(Operation.CREATE), Moment.BEFORE, DiskTrouble.noSpace());
        assertThatThrownBy(() -> full.submitAll(
                        List.of(Task.of("k").id("a"), Task.of("k").id("b"))))
                .isInstanceOf(SubmitException.class)
                .hasMessageContaining("task a")
                .hasMessageContaining("0 of 2")
                .hasMessageContaining("pending")
                .hasMessageContaining("No space");
        assertThat(world.names(TaskState.PENDING)).isEmpty();
        fault.close();
        assertThat(full.submit(Task.of("k").id("a")).file()).exists();
    }

    @Test
    void a_full_disk_keeps_an_outcome_from_being_logged_and_the_claim_stands() throws IOException {
        String stem = world.submit("t").stem();
        Claim claim = worker.claim();
        Fault full = worker.disk().fault(call -> call.is(Operation.APPEND), Moment.HALFWAY, DiskTrouble.noSpace());
        assertThatThrownBy(() -> worker.done(claim, "ok")).isInstanceOf(IOException.class);
        assertThat(worker.queue().stillHolds(claim)).isTrue();
        full.close();
        assertThat(worker.done(claim, "ok")).isInstanceOf(Settlement.Settled.class);
        assertThat(world.terminal(stem).path("result").textValue()).isEqualTo("ok");
    }

    @Test
    void an_outcome_that_was_decided_but_not_written_is_written_later() throws IOException {
        String stem = world.submit("t").stem();
        Claim claim = worker.claim();
        Fault full = worker.disk().fault(call -> call.is(Operation.WRITE_AT), Moment.HALFWAY, DiskTrouble.noSpace());
        assertThat(worker.done(claim, "ok")).isInstanceOf(Settlement.Settled.class);
        assertThat(world.events.of(Event.Trouble.class)).hasSize(1);
        assertThat(worker.queue().stillHolds(claim)).isTrue();
        assertThatThrownBy(worker.queue()::finishUnpublished).isInstanceOf(IOException.class);
        full.close();
        assertThat(worker.queue().finishUnpublished()).isEqualTo(1);
        assertThat(worker.queue().finishUnpublished()).isZero();
        assertThat(world.terminal(stem).path("result").textValue()).isEqualTo("ok");
    }

    @Test
    void a_pending_folder_that_cannot_be_listed_fails_the_claim_and_not_the_queue() throws IOException {
        String stem = world.submit("t").stem();
        Fault fault =
                worker.disk().fault(call -> call.is(Operation.LIST), Moment.BEFORE, DiskTrouble.tooManyOpenFiles());
        assertThatThrownBy(worker.queue()::claim).isInstanceOf(IOException.class);
        fault.close();
        assertThat(worker.claim().stem()).isEqualTo(stem);
    }

    @Test
    void one_dead_workers_unreadable_claim_does_not_keep_the_others_from_being_rescued() throws IOException {
        Actor dead = world.actor("dead");
        for (int i = 0; i < 5; i++) world.submit("t" + i);
        for (int i = 0; i < 5; i++) dead.claim();
        String first = world.names(TaskState.RUNNING).get(0);
        Fault bad = worker.disk()
                .fault(
                        call -> call.is(Operation.READ) && call.path().endsWith(first),
                        Moment.BEFORE,
                        DiskTrouble.inputOutput());
        worker.rescue(dead.incarnation()::equals);
        assertThat(world.names(TaskState.PENDING).size()).isGreaterThanOrEqualTo(4);
        bad.close();
        world.untilQuiet(worker, Set.of(dead.incarnation()));
        assertThat(world.names(TaskState.PENDING)).hasSize(5);
    }

    @Test
    void records_of_attempts_that_cannot_be_read_do_not_keep_a_task_from_its_end() throws IOException {
        String stem = world.submit("t").stem();
        worker.queue().settle(worker.claim(), QueueWorld.retry(Duration.ZERO));
        world.passPoll();
        Claim claim = worker.claim();
        Files.writeString(world.layout().attempts().resolve(stem + ".jsonl"), "x".repeat(1 << 20));
        assertThat(worker.done(claim, "ok")).isInstanceOf(Settlement.Settled.class);
        assertThat(world.terminal(stem).path("result").textValue()).isEqualTo("ok");
    }

    /** It lay in running/ under its settled name until its worker ended. */
    @Test
    void a_task_whose_fence_was_denied_ends_as_it_was_to_end_although_it_is_given_back_then() throws IOException {
        String stem = world.submit("t").stem();
        Claim claim = fenceIsDenied();
        assertThat(worker.queue().settle(claim, QueueWorld.retry(Duration.ofSeconds(1))))
                .isInstanceOf(Settlement.Settled.class);
        assertThat(world.terminal(stem).path("result").textValue()).isEqualTo("ended");
        assertThat(world.layout().attempts()).isEmptyDirectory();
    }

    @Test
    void a_task_whose_fence_was_denied_ends_although_nobody_tries_again() throws IOException {
        String stem = world.submit("t").stem();
        fenceIsDenied();
        worker.queue().finishUnpublished();
        assertThat(world.terminal(stem).path("result").textValue()).isEqualTo("ended");
    }

    /** It got other bytes then, with another time. */
    @Test
    void whoever_tries_again_meanwhile_changes_nothing_that_was_seen() throws IOException {
        String stem = world.submit("t").stem();
        Claim claim = fenceIsDenied();
        worker.queue().finishUnpublished();
        String seen = world.terminal(stem).toString();
        world.time.advance(Duration.ofSeconds(1));
        assertThat(worker.done(claim, "ended")).isInstanceOf(Settlement.Settled.class);
        worker.queue().finishUnpublished();
        assertThat(world.terminal(stem)).hasToString(seen);
        assertThat(worker.queue().finishUnpublished()).isZero();
    }

    private Claim fenceIsDenied() throws IOException {
        Claim claim = worker.claim();
        worker.disk()
                .faultOnce(
                        call -> call.is(Operation.RENAME) && call.isIn("running"),
                        Moment.AFTER,
                        DiskTrouble.inputOutput());
        worker.disk()
                .faultOnce(
                        call -> call.is(Operation.FACTS) && call.isIn("running"),
                        Moment.BEFORE,
                        DiskTrouble.inputOutput());
        assertThatThrownBy(() -> worker.done(claim, "ended")).isInstanceOf(IOException.class);
        return claim;
    }
}
