package dev.millrace.queue;

import dev.millrace.event.Event;
import dev.millrace.task.BatchClaimName;
import dev.millrace.task.BatchName;
import dev.millrace.task.BatchName.Suspicion;
import dev.millrace.time.Rest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * Lets the outcomes of a claimed batch count, many at a time.
 *
 * <p>An outcome counts when it is forced in the owner's log and the claim has been renamed to the progress number that
 * covers it. The rename is the fence: when it finds nothing, the batch was taken from us, and what was logged since is
 * void. Threads that bring outcomes do not wait for that; one of them carries out a round when enough has gathered, or
 * some time has passed, or nothing else is running. Safe for use by several threads.
 */
final class BatchRounds {
    private static final int ROUND = 512;
    private static final long LEAST_PAUSE_NANOS = 2_000_000;

    /** A process that was stopped in the middle of a round would else keep outcomes to itself for as long again. */
    private static final long LONGEST_PAUSE_NANOS = 5_000_000_000L;

    /** Rounds take at most one part in so many of the time, but for the last one. */
    private static final Rest PAUSE = new Rest(4, LEAST_PAUSE_NANOS);

    private final BatchPorts ports;
    private final BatchTasks tasks;
    private final BatchLog log;
    private final List<BatchRecord> gathered = new ArrayList<>();
    private List<BatchRecord> unlogged = List.of();
    private volatile BatchClaimName claim;

    /** Names that the claim was to get when the disk refused to tell whether it has them; the last one comes first. */
    private final Deque<BatchClaimName> perhaps = new ConcurrentLinkedDeque<>();

    private long committedNanos;
    private long pauseNanos = LEAST_PAUSE_NANOS;
    private boolean busy;
    private volatile boolean lost;

    BatchRounds(BatchPorts ports, BatchClaimName claim, BatchTasks tasks) {
        this.ports = ports;
        this.claim = claim;
        this.tasks = tasks;
        this.log = new BatchLog(ports.disk(), ports.layout().outcomes(), ports.durability(), BatchLogName.of(claim, 0));
        this.committedNanos = ports.time().nanos();
    }

    /** The claim as it is named now. */
    BatchClaimName claim() {
        return claim;
    }

    /** Somebody else has taken the batch. */
    boolean isLost() {
        return lost;
    }

    synchronized void gather(BatchRecord record) {
        gathered.add(record);
    }

    /** Outcomes wait that do not count yet. */
    synchronized boolean hasUncounted() {
        return busy || !gathered.isEmpty() || !unlogged.isEmpty();
    }

    /** True when a round is worth its force now. */
    synchronized boolean isDue() {
        int waiting = gathered.size() + unlogged.size();
        return waiting > 0
                && (waiting >= ROUND
                        || ports.time().nanos() - committedNanos >= pauseNanos
                        || tasks.isExhausted(ports.time().millis())
                        || (tasks.isCareful() && tasks.isIdle()));
    }

    /** One round; false when another thread is at it or nothing waits. */
    boolean carry() throws IOException {
        List<BatchRecord> round = begin();
        if (round.isEmpty()) return false;
        // An interrupt would close the log under everybody's feet; it is kept for afterwards.
        boolean interrupted = Thread.interrupted();
        boolean counted = false;
        long start = ports.time().nanos();
        try {
            log.append(round);
            advance(round);
            counted = true;
        } finally {
            if (interrupted) Thread.currentThread().interrupt();
            end(counted ? List.of() : round, ports.time().nanos() - start);
        }
        return true;
    }

    /** What failed to be logged before comes first and keeps its numbers: it may be on disk all the same. */
    private synchronized List<BatchRecord> begin() {
        if (busy || lost) return List.of();
        List<BatchRecord> round = new ArrayList<>(unlogged);
        int number = claim.batch().tally().progress() + round.size();
        for (BatchRecord record : gathered) round.add(record.withNumber(++number));
        gathered.clear();
        unlogged = List.of();
        busy = !round.isEmpty();
        return round;
    }

    private void advance(List<BatchRecord> round) throws IOException {
        BatchName batch = claim.batch().withTally(BatchTasks.tally(claim.batch().tally(), round));
        boolean careful = batch.suspicion() != Suspicion.NONE && tasks.isCareful();
        if (!rename(claim.with(batch.withSuspicion(careful ? Suspicion.CAREFUL : Suspicion.NONE)))) return;
        tasks.counted(round.size());
        ports.cancels().removeAll(claim.batch().stem(), round);
    }

    private synchronized void end(List<BatchRecord> failed, long took) {
        busy = false;
        committedNanos = ports.time().nanos();
        pauseNanos = Math.min(LONGEST_PAUSE_NANOS, PAUSE.nanosAfter(took));
        unlogged = failed;
    }

    /** What is done to the file when all outcomes count. */
    interface LastStep {
        void take() throws IOException;
    }

    /** Takes the last step when nothing waits and nobody is at a round; false otherwise. */
    boolean whenQuiet(LastStep step) throws IOException {
        synchronized (this) {
            if (hasUncounted() || !tasks.closeIfExhausted(ports.time().millis())) return false;
            busy = true;
        }
        try {
            step.take();
            return true;
        } finally {
            end(List.of(), 0);
        }
    }

    /** Gives the claim another name; false when it is ours no more. By whoever is at a round or at the last step. */
    boolean rename(BatchClaimName next) throws IOException {
        Path from = present();
        Path to = ports.running(next);
        perhaps.addFirst(next);
        boolean moved = from.equals(to) || ports.publisher().move(from, to);
        perhaps.clear();
        if (moved) claim = next;
        else lose();
        return moved;
    }

    /**
     * Where the claim lies. A disk may carry a rename out, say that it failed, and fail again when it is asked for the file:
     * then the next round, which may be for another name, finds out.
     */
    private Path present() throws IOException {
        Optional<BatchClaimName> there = Optional.empty();
        for (BatchClaimName one : perhaps)
            if (there.isEmpty() && ports.disk().exists(ports.running(one))) there = Optional.of(one);
        // What it has not got by now it never had, and a disk that goes on failing must not make a long list.
        BatchClaimName lies = there.orElse(claim);
        perhaps.removeIf(one -> !one.equals(lies));
        return ports.running(lies);
    }

    void lose() {
        lost = true;
        tasks.close();
        ports.events()
                .accept(new Event.Fenced(claim.batch().stem(), ports.member().incarnation()));
    }

    /** False when somebody else has taken the batch. */
    synchronized boolean isHeld() throws IOException {
        return !lost && (busy || ports.disk().exists(present()));
    }

    void close() {
        try {
            log.close();
        } catch (IOException e) {
            String stem = claim.batch().stem();
            ports.events().accept(new Event.Trouble("cannot close the outcome log of " + stem, e));
        }
    }
}
