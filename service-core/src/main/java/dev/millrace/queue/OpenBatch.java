package dev.millrace.queue;

import dev.millrace.event.Event;
import dev.millrace.storage.Disk.HeldFile;
import dev.millrace.task.BatchClaimName;
import dev.millrace.task.BatchName;
import dev.millrace.task.BatchName.Suspicion;
import dev.millrace.task.CorruptTaskException;
import dev.millrace.task.Outcome;
import dev.millrace.task.TaskDocument;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * A batch that this incarnation has claimed. It gives out its tasks one by one and gathers their outcomes.
 *
 * <p><b>An outcome counts</b> when it is forced in the owner's log and the claim has been renamed to the progress number
 * that covers it. The rename is the fence: when it finds nothing, the batch was taken from us, and what was logged since
 * is void. Threads that bring outcomes do not wait for that; one of them carries out a round when enough has gathered,
 * or some time has passed, or nothing else is running.
 *
 * <p><b>The end.</b> When all tasks have ended, the claim is renamed to its settled name, the outcomes are written behind
 * the tasks, and the whole file moves to its terminal folder. When tasks wait to be tried again, it goes to scheduled/;
 * when the worker is asked to end, back to pending. The logs are kept until all of that is certainly on disk.
 */
final class OpenBatch {
    private static final int ROUND = 512;
    private static final long LEAST_PAUSE_NANOS = 2_000_000;

    /** Rounds take at most one part in so many of the time, but for the last one. */
    private static final int ROUNDS_SHARE = 4;

    private final BatchPorts ports;
    private final BatchLines lines;
    private final HeldFile file;
    private final BatchTasks tasks;
    private final BatchLog log;
    private final Object rounds = new Object();
    private final List<BatchRecord> gathered = new ArrayList<>();
    private List<BatchRecord> unlogged = List.of();
    private volatile BatchClaimName claim;
    private long committedNanos;
    private volatile long pauseNanos = LEAST_PAUSE_NANOS;
    private boolean committing;
    private volatile boolean lost;
    private volatile boolean over;

    OpenBatch(BatchPorts ports, BatchClaimName claim, BatchLines lines, HeldFile file, BatchHistory history) {
        this.ports = ports;
        this.lines = lines;
        this.file = file;
        this.claim = claim;
        this.tasks = new BatchTasks(
                claim.batch().count(), history.counted(), claim.batch().suspicion() != Suspicion.NONE);
        this.log = new BatchLog(ports.disk(), ports.layout().outcomes(), ports.durability(), BatchLogName.of(claim, 0));
        this.committedNanos = ports.time().nanos();
        if (claim.batch().suspicion() == Suspicion.BLAMED) blame();
    }

    String stem() {
        return claim.batch().stem();
    }

    // ------------------------------------------------------------------ giving out

    /** The next task; empty when none may be run now. A line that is no task ends at once as failed. */
    Optional<Claim> next() {
        while (!lost && !over) {
            OptionalInt index = tasks.next(ports.time().millis());
            if (index.isEmpty()) return Optional.empty();
            Optional<Claim> task = opened(index.getAsInt());
            if (task.isPresent()) return task;
        }
        return Optional.empty();
    }

    private Optional<Claim> opened(int index) {
        int attempt = tasks.attempt(index);
        try {
            return Optional.of(new PartClaim(
                    this,
                    index,
                    attempt,
                    lines.task(index),
                    ports.time().instant(),
                    ports.time().nanos()));
        } catch (CorruptTaskException e) {
            String file = claim.batch().terminalFileName();
            ports.events().accept(new Event.Quarantined(BatchName.partStem(stem(), index), e.reason()));
            gather(new BatchRecord(
                    0,
                    index,
                    attempt,
                    TaskState.FAILED,
                    0,
                    ports.spelling().refused(index, attempt, file, e.reason())));
            return Optional.empty();
        }
    }

    // ------------------------------------------------------------------ settling

    /** Takes an outcome; it counts a little later. */
    Settlement settle(PartClaim part, Outcome outcome) {
        if (lost) return fenced(part);
        if (outcome instanceof Outcome.HandedBack) return handBack(part);
        BatchRecord record = ports.spelling().record(part, outcome, tasks.earlier(part.index()), ports.time());
        gather(record);
        Path where = ports.running(claim);
        return record.isTerminal()
                ? new Settlement.Settled(record.state(), where)
                : new Settlement.PutBack(TaskState.SCHEDULED, where);
    }

    private Settlement fenced(PartClaim part) {
        tasks.handedBack(part.index());
        ports.events().accept(new Event.Fenced(part.stem(), ports.member().incarnation()));
        return new Settlement.Fenced();
    }

    private Settlement handBack(PartClaim part) {
        tasks.close();
        tasks.handedBack(part.index());
        return new Settlement.PutBack(TaskState.PENDING, ports.running(claim));
    }

    private void gather(BatchRecord record) {
        synchronized (rounds) {
            gathered.add(record);
        }
        tasks.ended(record);
    }

    /** The first task that has not ended killed its worker while nothing else ran: that spends one of its attempts. */
    private void blame() {
        OptionalInt first = tasks.first();
        if (first.isEmpty()) return;
        int index = first.getAsInt();
        int attempt = tasks.attempt(index);
        boolean last = attempt >= mostAttempts(index);
        BatchRecord record = last
                ? ports.spelling().givenUp(index, attempt, tasks.earlier(index), ports.time())
                : ports.spelling().died(index, attempt);
        synchronized (rounds) {
            gathered.add(record);
        }
        tasks.decided(record);
    }

    private int mostAttempts(int index) {
        try {
            TaskDocument document = lines.task(index);
            return document.maxAttempts().orElse(ports.maxRescues() + 1);
        } catch (CorruptTaskException endsByItself) {
            return Integer.MAX_VALUE;
        }
    }

    // ------------------------------------------------------------------ rounds

    /** True when a round is worth its force now. */
    private boolean isRoundDue() {
        synchronized (rounds) {
            int waiting = gathered.size() + unlogged.size();
            return waiting > 0
                    && (waiting >= ROUND
                            || ports.time().nanos() - committedNanos >= pauseNanos
                            || tasks.isExhausted(ports.time().millis())
                            || (tasks.isCareful() && tasks.isIdle()));
        }
    }

    /** Outcomes wait that do not count yet. */
    boolean hasUncounted() {
        synchronized (rounds) {
            return committing || !gathered.isEmpty() || !unlogged.isEmpty();
        }
    }

    /** Lets what has gathered count when it is time, and ends the batch when it is over; true when anything was done. */
    boolean step() throws IOException {
        boolean done = isRoundDue() && commit();
        return endIfOver() || done;
    }

    /** One round; false when another thread is at it or nothing waits. */
    private boolean commit() throws IOException {
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
            pauseNanos =
                    Math.max(LEAST_PAUSE_NANOS, ROUNDS_SHARE * (ports.time().nanos() - start));
            end(round, counted);
        }
        return true;
    }

    /** What failed to be logged before comes first and keeps its numbers: it may be on disk all the same. */
    private List<BatchRecord> begin() {
        synchronized (rounds) {
            if (committing || lost || over) return List.of();
            List<BatchRecord> round = new ArrayList<>(unlogged);
            int number = claim.batch().tally().progress() + round.size();
            for (BatchRecord record : gathered) round.add(record.withNumber(++number));
            gathered.clear();
            unlogged = List.of();
            committing = !round.isEmpty();
            return round;
        }
    }

    private void advance(List<BatchRecord> round) throws IOException {
        BatchName batch = claim.batch().withTally(BatchTasks.tally(claim.batch().tally(), round));
        boolean careful = batch.suspicion() != Suspicion.NONE && tasks.isCareful();
        BatchClaimName next = claim.with(batch.withSuspicion(careful ? Suspicion.CAREFUL : Suspicion.NONE));
        if (ports.publisher().move(ports.running(claim), ports.running(next))) {
            claim = next;
            tasks.counted(round.size());
        } else lose();
    }

    private void end(List<BatchRecord> round, boolean counted) {
        synchronized (rounds) {
            committing = false;
            committedNanos = ports.time().nanos();
            if (!counted) unlogged = round;
        }
    }

    private void lose() {
        lost = true;
        over = true;
        tasks.close();
        ports.events().accept(new Event.Fenced(stem(), ports.member().incarnation()));
        closeFiles();
    }

    // ------------------------------------------------------------------ the end

    /** No more tasks are given out. */
    void close() {
        tasks.close();
    }

    boolean isOver() {
        return over;
    }

    boolean isLost() {
        return lost;
    }

    /** False when somebody else has taken the batch. */
    boolean isHeld() throws IOException {
        synchronized (rounds) {
            if (lost) return false;
            if (committing || over) return true;
            return ports.disk().exists(ports.running(claim));
        }
    }

    private boolean endIfOver() throws IOException {
        synchronized (rounds) {
            boolean quiet = gathered.isEmpty() && unlogged.isEmpty() && !committing;
            if (over || !quiet || !tasks.isExhausted(ports.time().millis())) return false;
            committing = true;
        }
        try {
            if (tasks.isAllEnded()) publish();
            else putBack();
            return over;
        } finally {
            end(List.of(), true);
        }
    }

    private void publish() throws IOException {
        if (claim.stage() == dev.millrace.task.ClaimName.Stage.CLAIM) {
            if (!ports.publisher().move(ports.running(claim), ports.running(claim.settled()))) {
                lose();
                return;
            }
            claim = claim.settled();
        }
        ports.writeOutcomes(file, lines.end(), lines.isWhole(), tasks.allOutcomes());
        ports.publisher().move(ports.running(claim), ports.terminal(claim.batch()));
        over = true;
        ports.finished(stem());
        closeFiles();
    }

    private void putBack() throws IOException {
        OptionalLong due = tasks.nextDue();
        BatchName returned = claim.batch().returned();
        boolean waits = due.isPresent() && due.getAsLong() > ports.time().millis();
        Path target = waits
                ? ports.layout().folder(TaskState.SCHEDULED).resolve(returned.scheduledFileName(due.getAsLong()))
                : ports.layout().folder(TaskState.PENDING).resolve(returned.fileName());
        if (!ports.publisher().move(ports.running(claim), target)) {
            lose();
            return;
        }
        over = true;
        closeFiles();
    }

    private void closeFiles() {
        file.close();
        try {
            log.close();
        } catch (IOException e) {
            ports.events().accept(new Event.Trouble("cannot close the outcome log of " + stem(), e));
        }
    }
}
