package dev.millrace.queue;

import dev.millrace.event.Event;
import dev.millrace.task.BatchName;
import dev.millrace.task.ClaimName;
import dev.millrace.task.Outcome;
import dev.millrace.task.TaskDocument;
import dev.millrace.task.TaskMarks;
import dev.millrace.task.TaskOrder;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** One incarnation's part in a {@link DirectoryQueue}. */
final class DirectoryWorkerQueue implements WorkerQueue {
    /** How long an outcome of a batch waits at most for others to share its force. */
    private static final Duration ROUND_LOOK = Duration.ofMillis(3);

    /** So many names that a limit held back are asked for again in one claim at most. */
    private static final int HELD_BACK_TRIES = 64;

    private final QueueLayout layout;
    private final QueuePorts ports;
    private final Member member;
    private final OutcomeLog log;
    private final PendingIndex index;
    private final Targets targets;
    private final Claiming claiming;
    private final KindRuntimes runtimes;
    private final Admission admission;
    private final CancelRequests cancels;
    private final BatchPorts batchPorts;
    private final Batches batches;
    private final Settling settling;
    private final Payloads payloads;
    private final News news;
    private final WithoutRun withoutRun;
    private final Housekeeping housekeeping;
    private final ReentrantLock choosing = new ReentrantLock();
    private int heldBackTries;

    /** The last claim went through all names; only then does it make sense to wait for what it held back. */
    private volatile boolean ranDry;

    DirectoryWorkerQueue(QueueLayout layout, QueueOptions options, QueuePorts ports, Member member, Payloads payloads) {
        this.layout = layout;
        this.ports = ports;
        this.member = member;
        this.log = new OutcomeLog(
                ports.disk(), ports.time(), layout.outcomes(), member.incarnation(), options.durability());
        Path pending = layout.folder(TaskState.PENDING);
        this.index = new PendingIndex(
                ports.disk(),
                ports.time(),
                pending,
                options,
                new StrangersPriorities(ports.disk(), pending, options.indexSize()));
        this.targets = new Targets(member, ports.time());
        LaidAside laidAside = new LaidAside(layout, options, ports);
        this.claiming = new Claiming(layout, ports, member, targets, laidAside);
        this.runtimes = new KindRuntimes(ports, layout.runtimes());
        PauseFile pauses = new PauseFile(ports.disk(), ports.time(), layout.pauses());
        this.admission = new Admission(layout, options, ports, pauses);
        this.cancels = new CancelRequests(ports.disk(), ports.time(), layout.cancels());
        this.batchPorts = BatchPorts.of(layout, ports, member, options, pauses, admission, cancels);
        this.batches = new Batches(batchPorts);
        this.settling = new Settling(layout, ports, member, log);
        this.payloads = payloads;
        this.news = new News(ports, pending);
        this.withoutRun = new WithoutRun(
                layout, claiming, cancels, laidAside, new UniqueFiles(layout, options, ports), batches, this::settleUnrun);
        this.housekeeping = new Housekeeping(
                layout,
                options,
                ports,
                member,
                new Housekeeping.Tools(
                        claiming,
                        settling,
                        batchPorts,
                        payloads,
                        cancels,
                        withoutRun::endBlocked,
                        withoutRun::endWaiting));
    }

    @Override
    public Member member() {
        return member;
    }

    /**
     * Which name is next is decided by one thread at a time. The name of a task that nothing limits is claimed outside of
     * that: a claim is some operations on the disk, and slots that waited for each other's would change threads for each
     * task.
     */
    @Override
    public Optional<Claim> claim() throws IOException {
        Optional<Choice> choice = choose(true);
        while (choice.isPresent() && choice.get().name().isPresent()) {
            Optional<? extends Claim> claim = claim(choice.get().name().get());
            if (claim.isPresent()) return Optional.of(claim.get());
            choice = choose(false);
        }
        return choice.flatMap(Choice::claim);
    }

    /** A claim, or a name that may be claimed without the lock. */
    private record Choice(Optional<? extends Claim> taken, Optional<String> name) {
        private Optional<Claim> claim() {
            return taken.map(claim -> claim);
        }
    }

    /** Empty when there is nothing to claim now. */
    private Optional<Choice> choose(boolean first) throws IOException {
        choosing.lock();
        try {
            if (first) {
                ranDry = false;
                heldBackTries = 0;
                claiming.putBackStranded();
                batches.putBackStranded();
                admission.tellEndings();
                if (admission.hasNewPauses()) index.distrust();
                if (admission.isQueuePaused()) return Optional.empty();
                Optional<Claim> begun = batches.next();
                if (begun.isPresent()) return Optional.of(new Choice(begun, Optional.empty()));
                news.passOnTo(index);
            }
            return fromIndex();
        } finally {
            choosing.unlock();
        }
    }

    private Optional<Choice> fromIndex() throws IOException {
        for (Optional<String> name = nextName(); name.isPresent(); name = nextName()) {
            if (isPlain(name.get())) return Optional.of(new Choice(Optional.empty(), name));
            Optional<? extends Claim> claim = claim(name.get());
            if (claim.isEmpty()) continue;
            index.claimed(name.get());
            return Optional.of(new Choice(claim, Optional.empty()));
        }
        for (String pickle : index.takePickles()) claiming.refusePickle(pickle);
        ranDry = true;
        return Optional.empty();
    }

    /** True for a single task of ours that is for anybody, and of whose kind and key any number may run. */
    private boolean isPlain(String name) {
        return !BatchName.isBatchFile(name)
                && TaskOrder.of(name)
                        .map(TaskOrder::marks)
                        .filter(marks -> !marks.targeted() && !marks.keyed() && !admission.isLimited(marks.kindTag()))
                        .isPresent();
    }

    /** What was held back by a limit has waited longest; but what nothing limits must not wait behind many of those. */
    private Optional<String> nextName() throws IOException {
        if (heldBackTries++ < HELD_BACK_TRIES) {
            Optional<String> heldBack = admission.nextHeldBack();
            if (heldBack.isPresent()) return heldBack;
        }
        if (admission.mustListAgain()) index.distrust();
        return index.poll();
    }

    private Optional<? extends Claim> claim(String name) throws IOException {
        return BatchName.isBatchFile(name)
                ? claimBatch(name)
                : claiming.claim(name, admission, withoutRun::putAway);
    }

    private Optional<Claim> claimBatch(String name) throws IOException {
        Optional<TaskMarks> marks = TaskOrder.of(name).map(TaskOrder::marks);
        if (marks.filter(admission::refuses).isPresent()) return Optional.empty();
        Turn turn = admission.turnOf(
                BatchName.parse(name), layout.folder(TaskState.PENDING).resolve(name));
        return admission.inTurn(name, turn, () -> batches.claim(name));
    }

    @Override
    public Optional<String> cancelRequest(Claim claim) {
        return cancels.of(claim.stem());
    }

    /** Tasks that nobody runs. */
    WithoutRun withoutRun() {
        return withoutRun;
    }

    @Override
    public Optional<Claim> claimAfter(Claim settled) {
        return settled instanceof PartClaim part ? part.batch().next() : Optional.empty();
    }

    @Override
    public void release() throws IOException {
        batches.release();
    }

    @Override
    public TaskDocument resolved(Claim claim) throws IOException, PayloadException {
        return payloads.resolved(claim.document());
    }

    @Override
    public Settlement settle(Claim claim, Outcome outcome) throws IOException {
        String kind = claim.document().kind().orElse("");
        runtimes.note(kind, outcome, ports.time().nanos() - claim.claimedNanos());
        Settlement settlement = settled(claim, payloads.fit(outcome));
        noteForBreaker(kind, outcome);
        admission.somethingEnded();
        return settlement;
    }

    /** That a task ended which nobody ran says nothing of its kind. */
    private Settlement settleUnrun(FileClaim claim, Outcome outcome) throws IOException {
        Settlement settlement = settled(claim, payloads.fit(outcome));
        admission.somethingEnded();
        return settlement;
    }

    private Settlement settled(Claim claim, Outcome outcome) throws IOException {
        if (claim instanceof FileClaim file) return withoutRequest(file, settling.settle(file, outcome));
        PartClaim part = (PartClaim) claim;
        Settlement settlement = part.batch().settle(part, outcome);
        stepOrReport(part.batch());
        return settlement;
    }

    private Settlement withoutRequest(FileClaim claim, Settlement settlement) {
        if (settlement instanceof Settlement.Settled) cancels.remove(claim.stem());
        return settlement;
    }

    /** What was called off, put off or given back says nothing of what its kind needs. */
    private void noteForBreaker(String kind, Outcome outcome) {
        if (outcome instanceof Outcome.Done) admission.ended(kind, true);
        else if (outcome instanceof Outcome.Failed || outcome instanceof Outcome.Retry) admission.ended(kind, false);
    }

    /** The outcome is taken; when the disk refuses it now, it is tried again at each step. */
    private void stepOrReport(OpenBatch batch) {
        try {
            batch.step();
        } catch (IOException e) {
            ports.events()
                    .accept(new Event.Trouble("cannot log outcomes of " + batch.stem() + " now; it is tried again", e));
        }
    }

    @Override
    public boolean stillHolds(Claim claim) throws IOException {
        if (claim instanceof PartClaim part) return part.batch().isHeld();
        ClaimName name = ((FileClaim) claim).name();
        Path running = layout.folder(TaskState.RUNNING);
        return ports.disk().exists(running.resolve(name.fileName()))
                || ports.disk().exists(running.resolve(name.settled().fileName()));
    }

    @Override
    public void awaitNews(Duration atMost) throws InterruptedException {
        Duration wait = batches.hasUncounted() ? least(ROUND_LOOK, atMost) : atMost;
        boolean mayClaimSoon = ranDry;
        ranDry = false;
        news.await(
                mayClaimSoon
                        ? admission.untilNext().map(until -> least(until, wait)).orElse(wait)
                        : wait);
    }

    private static Duration least(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    @Override
    public void serveOnly(Set<String> kinds) {
        admission.serveOnly(kinds);
    }

    @Override
    public void runWhatIsNoticed(Executor threads, Supplier<Optional<Runnable>> finder) {
        news.runWhatIsNoticed(threads, finder);
    }

    @Override
    public void wake() {
        news.wake();
    }

    @Override
    public void knowWorkers(Supplier<Set<String>> names) {
        targets.knowWorkers(names);
    }

    @Override
    public int finishUnpublished() throws IOException {
        return settling.finishUnpublished() + batches.step();
    }

    @Override
    public int dropFinishedLogs() throws IOException {
        runtimes.write();
        return log.dropFinished(false) + dropBatchLogs();
    }

    private int dropBatchLogs() throws IOException {
        Set<String> stems = new HashSet<>();
        for (String stem = batchPorts.ended().poll();
                stem != null;
                stem = batchPorts.ended().poll()) stems.add(stem);
        try {
            return BatchRescue.drop(batchPorts, stems);
        } catch (IOException e) {
            batchPorts.ended().addAll(stems);
            throw e;
        }
    }

    @Override
    public int unblock() throws IOException {
        return housekeeping.unblock();
    }

    @Override
    public boolean hasBlocked() {
        return housekeeping.hasBlocked();
    }

    @Override
    public Dependencies dependencies(Claim claim) {
        return new DependencyLook(
                layout, ports, payloads, claim.stem(), claim.document().body());
    }

    @Override
    public int promote() throws IOException {
        return housekeeping.promote();
    }

    @Override
    public int rescue(Predicate<String> isDead) throws IOException {
        return housekeeping.rescue(isDead);
    }

    @Override
    public RetentionReport sweep(RetentionLimits limits) throws IOException {
        return housekeeping.sweep(limits);
    }

    @Override
    public void close() throws IOException {
        news.close();
        try {
            claiming.putBackStranded();
            batches.putBackStranded();
            settling.finishUnpublished();
            batches.release();
            log.dropFinished(true);
            dropBatchLogs();
        } finally {
            log.close();
        }
    }
}
