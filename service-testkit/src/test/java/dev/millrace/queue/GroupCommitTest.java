package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.millrace.json.Json;
import dev.millrace.queue.QueueWorld.Actor;
import dev.millrace.task.Outcome;
import dev.millrace.task.TaskState;
import dev.millrace.testkit.DiskCall.Operation;
import dev.millrace.testkit.DiskTrouble;
import dev.millrace.testkit.FaultyDisk.Fault;
import dev.millrace.testkit.FaultyDisk.Moment;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many slots settle at once and share a force; what goes wrong in a round goes wrong for those in it and nobody else. */
class GroupCommitTest {
    private static final int SLOTS = 32;

    @TempDir
    private Path folder;

    private QueueWorld world;
    private Actor owner;

    @BeforeEach
    void start() throws IOException {
        world = QueueWorld.in(folder);
        owner = world.actor("owner", dev.millrace.storage.Disk.local());
    }

    private List<Claim> claims(int number) throws IOException {
        List<Claim> claims = new ArrayList<>();
        for (int i = 0; i < number; i++) world.submit("t" + i);
        world.passPoll();
        for (int i = 0; i < number; i++) claims.add(owner.claim());
        owner.disk().forget();
        return claims;
    }

    private Slot<Settlement> settling(Claim claim) {
        return Slot.running(() -> owner.done(claim, "result of " + claim.id()));
    }

    @Test
    void all_who_wait_share_the_next_force() throws Exception {
        List<Claim> claims = claims(SLOTS);
        Gate gate = Gate.at(Operation.FORCE_APPENDED);
        owner.disk().fault(gate::hold, Moment.BEFORE, DiskTrouble.inputOutput());
        List<Slot<Settlement>> slots = new ArrayList<>();
        slots.add(settling(claims.get(0)));
        gate.awaitReached();
        for (Claim claim : claims.subList(1, SLOTS)) slots.add(settling(claim));
        for (Slot<Settlement> slot : slots.subList(1, SLOTS)) slot.awaitWaiting();
        gate.open();
        for (Slot<Settlement> slot : slots) assertThat(slot.end().get()).isInstanceOf(Settlement.Settled.class);
        assertThat(owner.disk().count(Operation.FORCE_APPENDED)).isEqualTo(2);
        assertThat(world.names(TaskState.DONE)).hasSize(SLOTS);
    }

    @Test
    void a_round_of_large_outcomes_is_shared_out_so_that_a_log_can_be_read_whole() throws Exception {
        List<Claim> claims = claims(7);
        ObjectNode large = Json.object().put("note", "x".repeat(7 << 20));
        Outcome done = new Outcome.Done(TextNode.valueOf("small"), Optional.of(large));
        Gate gate = Gate.at(Operation.FORCE_APPENDED);
        owner.disk().fault(gate::hold, Moment.BEFORE, DiskTrouble.inputOutput());
        List<Slot<Settlement>> slots = new ArrayList<>();
        slots.add(settling(claims.get(0)));
        gate.awaitReached();
        for (Claim claim : claims.subList(1, 7))
            slots.add(Slot.running(() -> owner.queue().settle(claim, done)));
        for (Slot<Settlement> slot : slots.subList(1, 7)) slot.awaitWaiting();
        gate.open();
        for (Slot<Settlement> slot : slots) assertThat(slot.end().get()).isInstanceOf(Settlement.Settled.class);
        assertThat(owner.disk().count(Operation.FORCE_APPENDED)).isEqualTo(3);
        assertThat(world.names(TaskState.DONE)).hasSize(7);
    }

    @Test
    void free_running_slots_force_less_often_than_they_settle() throws Exception {
        List<Claim> claims = claims(400);
        List<Slot<Settlement>> slots = new ArrayList<>();
        for (int slot = 0; slot < SLOTS; slot++) {
            int mine = slot;
            slots.add(Slot.running(() -> {
                Settlement last = new Settlement.Fenced();
                for (int i = mine; i < claims.size(); i += SLOTS) last = owner.done(claims.get(i), "ok");
                return last;
            }));
        }
        for (Slot<Settlement> slot : slots) assertThat(slot.end().get()).isInstanceOf(Settlement.Settled.class);
        assertThat(owner.disk().count(Operation.FORCE_APPENDED)).isLessThan(200);
        assertThat(world.names(TaskState.DONE)).hasSize(400);
    }

    @Test
    void a_failing_force_fails_those_in_its_round_and_the_next_round_begins_a_new_file() throws Exception {
        List<Claim> claims = claims(SLOTS + 1);
        Gate gate = Gate.at(Operation.FORCE_APPENDED);
        Fault holding = owner.disk().fault(gate::hold, Moment.BEFORE, DiskTrouble.inputOutput());
        Slot<Settlement> first = settling(claims.get(0));
        gate.awaitReached();
        List<Slot<Settlement>> round = new ArrayList<>();
        for (Claim claim : claims.subList(1, SLOTS)) round.add(settling(claim));
        for (Slot<Settlement> slot : round) slot.awaitWaiting();
        holding.close();
        // The force that is held counts as carried out; the next one strikes the second round.
        owner.disk().faultOnce(call -> call.is(Operation.FORCE_APPENDED), Moment.BEFORE, DiskTrouble.inputOutput());
        gate.open();
        assertThat(first.end().get()).isInstanceOf(Settlement.Settled.class);
        for (Slot<Settlement> slot : round) assertThatThrownBy(slot.end()::get).hasCauseInstanceOf(IOException.class);
        assertThat(owner.done(claims.get(SLOTS), "ok")).isInstanceOf(Settlement.Settled.class);
        assertThat(world.names(world.layout().outcomes())).hasSize(2);
        for (Claim claim : claims.subList(1, SLOTS)) {
            assertThat(owner.queue().stillHolds(claim)).isTrue();
            assertThat(owner.done(claim, "second try")).isInstanceOf(Settlement.Settled.class);
        }
        assertThat(world.names(TaskState.DONE)).hasSize(SLOTS + 1);
        owner.queue().close();
        assertThat(world.names(world.layout().outcomes())).isEmpty();
    }

    @Test
    void an_interrupt_of_a_waiting_slot_loses_nothing_and_is_kept() throws Exception {
        List<Claim> claims = claims(3);
        Gate gate = Gate.at(Operation.FORCE_APPENDED);
        owner.disk().fault(gate::hold, Moment.BEFORE, DiskTrouble.inputOutput());
        Slot<Settlement> leader = settling(claims.get(0));
        gate.awaitReached();
        boolean[] kept = {false};
        Slot<Settlement> waiting = Slot.running(() -> {
            Settlement settlement = settleThroughInterrupts(claims.get(1));
            kept[0] = Thread.currentThread().isInterrupted();
            return settlement;
        });
        waiting.awaitWaiting();
        waiting.thread().interrupt();
        gate.open();
        assertThat(leader.end().get()).isInstanceOf(Settlement.Settled.class);
        assertThat(waiting.end().get()).isInstanceOf(Settlement.Settled.class);
        assertThat(kept[0]).isTrue();
        owner.queue().finishUnpublished();
        assertThat(world.names(TaskState.DONE)).hasSize(2);
    }

    /** An interrupt closes the file under the leader's write: it may see a failure, but must be able to try again. */
    private Settlement settleThroughInterrupts(Claim claim) throws IOException {
        for (int tries = 0; tries < 5; tries++)
            try {
                return owner.done(claim, "ok");
            } catch (IOException e) {
                world.passPoll();
            }
        return owner.done(claim, "ok");
    }

    @Test
    void slots_that_are_interrupted_all_the_time_lose_no_outcome() throws Exception {
        List<Claim> claims = claims(80);
        List<Slot<Settlement>> slots = new ArrayList<>();
        for (int slot = 0; slot < 8; slot++) {
            int mine = slot;
            slots.add(Slot.running(() -> {
                Settlement last = new Settlement.Fenced();
                for (int i = mine; i < claims.size(); i += 8) {
                    last = settleThroughInterrupts(claims.get(i));
                    Thread.interrupted();
                }
                return last;
            }));
        }
        while (slots.stream().anyMatch(slot -> !slot.end().isDone()))
            for (Slot<Settlement> slot : slots) {
                slot.thread().interrupt();
                Thread.onSpinWait();
                if (world.random.nextInt(50) == 0) LockSupport.parkNanos(500_000);
            }
        int unknown = 0;
        for (Slot<Settlement> slot : slots)
            try {
                slot.end().get();
            } catch (java.util.concurrent.ExecutionException gaveUp) {
                unknown++;
            }
        owner.queue().finishUnpublished();
        // Who gave up left its claim: it is settled now.
        for (Claim claim : claims) if (owner.queue().stillHolds(claim)) owner.done(claim, "ok");
        assertThat(unknown).isLessThanOrEqualTo(8);
        assertThat(world.names(TaskState.DONE)).hasSize(80);
        for (String name : world.names(TaskState.DONE))
            assertThat(QueueWorld.document(world.folder(TaskState.DONE).resolve(name))
                            .path("result")
                            .textValue())
                    .isEqualTo("ok");
        owner.queue().close();
        assertThat(world.names(world.layout().outcomes())).isEmpty();
    }

    @Test
    void a_full_segment_is_followed_by_a_new_one_and_dropped_when_all_of_it_is_published() throws Exception {
        String long_ = "x".repeat(600_000);
        List<Claim> claims = claims(20);
        for (Claim claim : claims) owner.done(claim, long_);
        assertThat(world.names(world.layout().outcomes()).size()).isGreaterThan(2);
        assertThat(owner.queue().dropFinishedLogs()).isGreaterThan(1);
        assertThat(world.names(world.layout().outcomes())).hasSize(1);
    }

    @Test
    void a_log_is_kept_while_one_of_its_outcomes_could_not_be_published() throws Exception {
        Claim claim = claims(1).get(0);
        Fault fault = owner.disk().fault(call -> call.is(Operation.WRITE_AT), Moment.BEFORE, DiskTrouble.noSpace());
        assertThat(owner.done(claim, "ok")).isInstanceOf(Settlement.Settled.class);
        assertThatThrownBy(() -> owner.queue().close()).isInstanceOf(IOException.class);
        assertThat(world.names(world.layout().outcomes())).hasSize(1);
        fault.close();
        Actor steward = world.actor("steward");
        world.untilQuiet(steward, Set.of(owner.incarnation()));
        assertThat(world.names(TaskState.DONE)).hasSize(1);
        assertThat(world.names(world.layout().outcomes())).isEmpty();
    }

    @Test
    void an_outcome_that_two_threads_finish_at_once_is_counted_once() throws Exception {
        List<Claim> claims = claims(3);
        Fault full = owner.disk().fault(call -> call.is(Operation.WRITE_AT), Moment.BEFORE, DiskTrouble.noSpace());
        owner.done(claims.get(0), "first");
        full.close();
        Gate gate = Gate.at(Operation.WRITE_AT);
        Fault holding = owner.disk().fault(gate::hold, Moment.BEFORE, DiskTrouble.noSpace());
        Slot<Settlement> slow = Slot.running(() -> {
            owner.queue().finishUnpublished();
            return new Settlement.Fenced();
        });
        gate.awaitReached();
        holding.close();
        owner.queue().finishUnpublished();
        gate.open();
        slow.end().get();
        assertThat(world.names(TaskState.DONE)).hasSize(1);
        // Had it been counted twice, this one would not keep the log in which it stands.
        owner.disk().fault(call -> call.is(Operation.WRITE_AT), Moment.BEFORE, DiskTrouble.noSpace());
        owner.done(claims.get(1), "second");
        owner.disk().faultOnce(call -> call.is(Operation.FORCE_APPENDED), Moment.BEFORE, DiskTrouble.inputOutput());
        assertThatThrownBy(() -> owner.done(claims.get(2), "third")).isInstanceOf(IOException.class);
        assertThat(owner.queue().dropFinishedLogs()).isZero();
        Actor steward = world.actor("steward");
        world.untilQuiet(steward, Set.of(owner.incarnation()));
        assertThat(world.terminal(claims.get(1).stem()).path("result").textValue())
                .isEqualTo("second");
    }
}
