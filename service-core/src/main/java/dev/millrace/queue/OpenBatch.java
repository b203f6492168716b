package dev.millrace.queue;

import dev.millrace.event.Event;
import dev.millrace.storage.Disk.HeldFile;
import dev.millrace.task.BatchClaimName;
import dev.millrace.task.BatchName;
import dev.millrace.task.BatchName.Suspicion;
import dev.millrace.task.CorruptTaskException;
import dev.millrace.task.Outcome;
import dev.millrace.task.TaskOrder;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A batch that this incarnation has claimed. It gives out its tasks one by one and gathers their outcomes, which
 * {@link BatchRounds} lets count.
 *
 * <p><b>The end.</b> When all tasks have ended, the claim is renamed to its settled name, the outcomes are written behind
 * the tasks, and the whole file moves to its terminal folder. When tasks wait to be tried again, it goes to scheduled/;
 * when the worker is asked to end, back to pending. The logs are kept until all of that is certainly on disk.
 */
final class OpenBatch {
    /** How long a task that was called off may go on waiting. */
    private static final long ASK_NANOS = 100_000_000L;

    private final BatchPorts ports;
    private final BatchLines lines;
    private final HeldFile file;
    private final BatchTasks tasks;
    private final BatchRounds rounds;
    private final long kindTag;
    private final boolean limited;

    private volatile boolean over;
    private volatile long askedAt;

    OpenBatch(BatchPorts ports, BatchClaimName claim, BatchLines lines, HeldFile file, BatchHistory history) {
        this.ports = ports;
        this.lines = lines;
        this.file = file;
        this.kindTag = lines.kindTag(claim.batch());
        this.limited = ports.admission().isLimited(kindTag);
        this.tasks = new BatchTasks(
                claim.batch().count(), history.counted(), claim.batch().suspicion() != Suspicion.NONE, limited);
        this.rounds = new BatchRounds(ports, claim, tasks);
        this.askedAt = ports.time().nanos();
        if (claim.batch().suspicion() == Suspicion.BLAMED) blame();
    }

    String stem() {
        return rounds.claim().batch().stem();
    }

    OutcomeRoom room() {
        return OutcomeRoom.inFileOf(lines.count());
    }

    /** A stranger's name tells none. */
    int priority() {
        return priorityOf(stem());
    }

    static int priorityOf(String name) {
        return TaskOrder.of(name).map(TaskOrder::priority).orElse(TaskOrder.DEFAULT_PRIORITY);
    }

    /** The file's name in pending when it goes back now. */
    String returnedName() {
        return rounds.claim().batch().returned().fileName();
    }

    // ------------------------------------------------------------------ giving out

    /** The first task to run, whose turn came with the batch's; empty when none may be run now. */
    Optional<Claim> first() {
        return toRun().map(task -> task);
    }

    /**
     * The next task; empty when none may be run now. Those of a limited kind run one at a time, each in its turn; when that
     * has not come, all go back.
     */
    Optional<Claim> next() {
        Optional<PartClaim> task = toRun();
        if (task.isEmpty() || !limited || mayBeginAnother()) return task.map(one -> one);
        tasks.close();
        tasks.handedBack(task.get().index());
        return Optional.empty();
    }

    /** Lines that are no task, or are called off, end at once; they need no turn. */
    private Optional<PartClaim> toRun() {
        if (isHeldBack()) tasks.close();
        while (!isOver()) {
            OptionalInt index = tasks.next(ports.time().millis());
            if (index.isEmpty()) return Optional.empty();
            Optional<PartClaim> task = opened(index.getAsInt());
            if (task.isPresent()) return task;
        }
        return Optional.empty();
    }

    private boolean mayBeginAnother() {
        try {
            return ports.admission().mayBeginAnother(kindTag);
        } catch (IOException e) {
            ports.events().accept(new Event.Trouble("cannot read the limits of " + stem() + " now", e));
            return false;
        }
    }

    /** True when its kind is paused or not served here. */
    boolean isHeldBack() {
        if (ports.admission().isForOthers(kindTag)) return true;
        return ports.pauses().known().holdsBack(kindTag, ports.options().limits());
    }

    /** Ends every task that waits and is to be called off, although its turn may be far away. */
    void endCalledOff() {
        askedAt = ports.time().nanos();
        if (ports.cancels().all().isEmpty()) return;
        for (int index : tasks.waiting()) {
            Optional<BatchRecord> record = calledOff(index);
            if (record.isPresent() && tasks.take(index)) gather(record.get());
        }
    }

    /** Lets those of these tasks begin now that wait to be tried again, and tells which. */
    Set<Integer> makeDue(Set<Integer> indexes) {
        Set<Integer> waited = new HashSet<>(tasks.waiting());
        waited.retainAll(indexes);
        for (int index : waited) decide(PartOutcomes.dueNow(index, tasks.attempt(index)));
        return waited;
    }

    private Optional<BatchRecord> calledOff(int index) {
        Optional<String> reason = ports.cancels().of(BatchName.partStem(stem(), index));
        if (reason.isEmpty()) return Optional.empty();
        try {
            return Optional.of(ports.spelling()
                    .record(part(index), new Outcome.Cancelled(reason.get()), tasks.earlier(index), ports.time()));
        } catch (CorruptTaskException failsByItself) {
            return Optional.empty();
        }
    }

    private PartClaim part(int index) throws CorruptTaskException {
        return new PartClaim(
                this,
                index,
                tasks.attempt(index),
                lines.task(index, kindTag),
                ports.time().instant(),
                ports.time().nanos());
    }

    private Optional<PartClaim> opened(int index) {
        int attempt = tasks.attempt(index);
        try {
            Optional<BatchRecord> calledOff = calledOff(index);
            calledOff.ifPresent(this::gather);
            return calledOff.isPresent() ? Optional.empty() : Optional.of(part(index));
        } catch (CorruptTaskException e) {
            String file = rounds.claim().batch().terminalFileName();
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
        if (rounds.isLost()) return fenced(part);
        if (outcome instanceof Outcome.HandedBack) return handBack(part);
        BatchRecord record = ports.spelling().record(part, outcome, tasks.earlier(part.index()), ports.time());
        gather(record);
        Path where = ports.running(rounds.claim());
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
        return new Settlement.PutBack(TaskState.PENDING, ports.running(rounds.claim()));
    }

    private void gather(BatchRecord record) {
        rounds.gather(record);
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
        decide(record);
    }

    /** A task ends that nobody runs. */
    private void decide(BatchRecord record) {
        rounds.gather(record);
        tasks.decided(record);
    }

    private int mostAttempts(int index) {
        try {
            return ports.options().mostAttempts(lines.task(index, kindTag));
        } catch (CorruptTaskException endsByItself) {
            return Integer.MAX_VALUE;
        }
    }

    // ------------------------------------------------------------------ the end

    /** Lets what has gathered count when it is time, and ends the batch when it is over; true when anything was done. */
    boolean step() throws IOException {
        if (!isOver() && ports.time().nanos() - askedAt >= ASK_NANOS) endCalledOff();
        boolean done = rounds.isDue() && rounds.carry();
        if (!over && !rounds.isLost()) done |= rounds.whenQuiet(this::end);
        if (rounds.isLost()) finish();
        return done;
    }

    /** Outcomes wait that do not count yet. */
    boolean hasUncounted() {
        return rounds.hasUncounted();
    }

    /** No more tasks are given out. */
    void close() {
        tasks.close();
    }

    boolean isOver() {
        return over || rounds.isLost();
    }

    /** False when somebody else has taken the batch. */
    boolean isHeld() throws IOException {
        return over || rounds.isHeld();
    }

    private void end() throws IOException {
        if (over) return;
        if (tasks.isAllEnded()) publish();
        else putBack();
    }

    private void publish() throws IOException {
        BatchClaimName claim = rounds.claim();
        if (!claim.equals(claim.settled()) && !rounds.rename(claim.settled())) return;
        ports.writeOutcomes(file, lines.end(), lines.isWhole(), tasks.allOutcomes());
        ports.publisher().move(ports.running(rounds.claim()), ports.terminal(claim.batch()));
        ports.finished(stem());
        finish();
    }

    private void putBack() throws IOException {
        BatchClaimName claim = rounds.claim();
        OptionalLong due = tasks.nextDue();
        BatchName returned = claim.batch().returned();
        boolean waits = due.isPresent() && due.getAsLong() > ports.time().millis();
        Path target = waits
                ? ports.layout().folder(TaskState.SCHEDULED).resolve(returned.scheduledFileName(due.getAsLong()))
                : ports.layout().folder(TaskState.PENDING).resolve(returned.fileName());
        if (ports.publisher().move(ports.running(claim), target)) finish();
        else rounds.lose();
    }

    private void finish() {
        over = true;
        file.close();
        rounds.close();
    }
}
