package dev.millrace.queue;

import dev.millrace.event.Event;
import dev.millrace.task.ClaimName;
import dev.millrace.task.Outcome;
import dev.millrace.task.TaskDocument;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** One incarnation's part in a {@link DirectoryQueue}. */
final class DirectoryWorkerQueue implements WorkerQueue {
    /** How long an outcome of a batch waits at most for others to share its force. */
    private static final Duration ROUND_LOOK = Duration.ofMillis(3);

    private final QueueLayout layout;
    private final QueuePorts ports;
    private final Member member;
    private final OutcomeLog log;
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
    private final Choosing choosing;

    DirectoryWorkerQueue(QueueLayout layout, QueueOptions options, QueuePorts ports, Member member, Payloads payloads) {
        this.layout = layout;
        this.ports = ports;
        this.member = member;
        this.log = new OutcomeLog(
                ports.disk(), ports.time(), layout.outcomes(), member.incarnation(), options.durability());
        Path pending = layout.folder(TaskState.PENDING);
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
                layout,
                claiming,
                cancels,
                laidAside,
                new UniqueFiles(layout, options, ports),
                batches,
                this::settleUnrun);
        this.choosing = new Choosing(
                pending, options, ports, new Choosing.Tools(claiming, admission, batches, news, withoutRun::putAway));
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

    @Override
    public Optional<Claim> claim() throws IOException {
        return choosing.claim();
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
        return settled instanceof PartClaim part && choosing.mayGoOn()
                ? part.batch().next()
                : Optional.empty();
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
        Settlement settlement = settled(claim, payloads.fit(claim, outcome));
        noteForBreaker(kind, outcome);
        admission.somethingEnded();
        return settlement;
    }

    /** That a task ended which nobody ran says nothing of its kind. */
    private Settlement settleUnrun(FileClaim claim, Outcome outcome) throws IOException {
        Settlement settlement = settled(claim, payloads.fit(claim, outcome));
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
        boolean mayClaimSoon = choosing.takeRanDry();
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
        return Independent.take(List.of(settling::finishUnpublished, batches::step));
    }

    @Override
    public int dropFinishedLogs() throws IOException {
        runtimes.write();
        return Independent.take(List.of(() -> log.dropFinished(false), this::dropBatchLogs));
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
            Independent.take(List.of(
                    Independent.uncounted(claiming::putBackStranded),
                    Independent.uncounted(batches::putBackStranded),
                    settling::finishUnpublished,
                    Independent.uncounted(batches::release),
                    () -> log.dropFinished(true),
                    this::dropBatchLogs));
        } finally {
            log.close();
        }
    }
}
