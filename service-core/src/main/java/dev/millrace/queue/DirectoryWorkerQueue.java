package dev.millrace.queue;

import dev.millrace.event.Event;
import dev.millrace.task.BatchName;
import dev.millrace.task.ClaimName;
import dev.millrace.task.Outcome;
import dev.millrace.task.TaskDocument;
import dev.millrace.task.TaskName;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
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
    private final PendingIndex index;
    private final Targets targets;
    private final Claiming claiming;
    private final KindRuntimes runtimes;
    private final PauseFile pauses;
    private final CancelRequests cancels;
    private final BatchPorts batchPorts;
    private final Batches batches;
    private final BatchRescue batchRescue;
    private final Settling settling;
    private final Rescue rescue;
    private final Promotion promotion;
    private final RetentionSweep retention;
    private final Payloads payloads;
    private final PayloadSweep payloadSweep;
    private final News news;
    private Pauses paused = Pauses.NONE;

    DirectoryWorkerQueue(QueueLayout layout, QueueOptions options, QueuePorts ports, Member member, Payloads payloads) {
        this.layout = layout;
        this.ports = ports;
        this.member = member;
        this.log = new OutcomeLog(ports.disk(), layout.outcomes(), member.incarnation(), options.durability());
        this.index = new PendingIndex(ports.disk(), ports.time(), layout.folder(TaskState.PENDING), options);
        this.targets = new Targets(member);
        this.claiming = new Claiming(layout, ports, member, targets);
        this.runtimes = new KindRuntimes(ports.disk(), ports.time(), layout.runtimes());
        this.pauses = new PauseFile(ports.disk(), ports.time(), layout.pauses());
        this.cancels = new CancelRequests(ports.disk(), ports.time(), layout.cancels());
        this.batchPorts = BatchPorts.of(layout, ports, member, options, pauses, cancels);
        this.batches = new Batches(batchPorts);
        this.batchRescue = new BatchRescue(batchPorts);
        this.settling = new Settling(layout, ports, member, log);
        this.rescue = new Rescue(layout, options, ports, member, claiming, settling);
        this.promotion = new Promotion(layout, ports);
        this.retention = new RetentionSweep(layout, ports);
        this.payloads = payloads;
        this.payloadSweep = new PayloadSweep(layout, ports);
        this.news = new News(ports, layout.folder(TaskState.PENDING));
    }

    @Override
    public Member member() {
        return member;
    }

    @Override
    public Optional<Claim> claim() throws IOException {
        claiming.putBackStranded();
        followPauses();
        if (paused.queue().isPresent()) return Optional.empty();
        Optional<Claim> begun = batches.next();
        if (begun.isPresent()) return begun;
        news.passOnTo(index);
        for (Optional<String> name = index.poll(); name.isPresent(); name = index.poll()) {
            Optional<? extends Claim> claim = claim(name.get());
            if (claim.isPresent()) return Optional.of(claim.get());
        }
        for (String pickle : index.takePickles()) claiming.refusePickle(pickle);
        return Optional.empty();
    }

    /** What was passed by while it was paused is listed again when that ends. */
    private void followPauses() {
        Pauses now = pauses.known();
        if (!now.equals(paused)) index.distrust();
        paused = now;
    }

    private Optional<? extends Claim> claim(String name) throws IOException {
        if (BatchName.isBatchFile(name)) return batches.claim(name);
        Optional<FileClaim> claim = claiming.claim(name, paused);
        return claim.isPresent() && isCalledOff(claim.get()) ? Optional.empty() : claim;
    }

    private boolean isCalledOff(FileClaim claim) throws IOException {
        Optional<String> reason = cancels.of(claim.stem());
        if (reason.isPresent()) settle(claim, new Outcome.Cancelled(reason.get()));
        return reason.isPresent();
    }

    @Override
    public Optional<String> cancelRequest(Claim claim) {
        return cancels.of(claim.stem());
    }

    /** Ends a waiting task that is to be called off, or all such tasks of its batch, and puts the rest of that back. */
    void endWaiting(TaskView view) throws IOException {
        Path file = view.file();
        if (BatchName.partOf(view.stem()).isPresent()) {
            batches.endCalledOff(file, BatchLook.nameIn(view.state(), String.valueOf(file.getFileName())));
            return;
        }
        String name = String.valueOf(file.getFileName());
        TaskName task = TaskName.parse(view.state() == TaskState.SCHEDULED ? Promotion.taskFileName(name) : name);
        Optional<FileClaim> claim = claiming.take(file, task);
        if (claim.isPresent() && !isCalledOff(claim.get())) settle(claim.get(), new Outcome.HandedBack(""));
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
    public Settlement settle(Claim claim, Outcome decided) throws IOException {
        Outcome outcome = payloads.fit(decided);
        note(claim, outcome);
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

    private void note(Claim claim, Outcome outcome) {
        if (outcome instanceof Outcome.Done)
            runtimes.note(claim.document().kind().orElse(""), (ports.time().nanos() - claim.claimedNanos()) / 1e9);
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
        boolean soon = batches.hasUncounted() && atMost.compareTo(ROUND_LOOK) > 0;
        news.await(soon ? ROUND_LOOK : atMost);
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
        return BatchRescue.drop(batchPorts, stems);
    }

    @Override
    public int promote() throws IOException {
        return promotion.step();
    }

    @Override
    public int rescue(Predicate<String> isDead) throws IOException {
        return rescue.step(isDead) + batchRescue.step(incarnation -> isDeadOther(incarnation, isDead));
    }

    private boolean isDeadOther(String incarnation, Predicate<String> isDead) {
        return !incarnation.equals(member.incarnation()) && isDead.test(incarnation);
    }

    @Override
    public RetentionReport sweep(RetentionLimits limits) throws IOException {
        RetentionReport report = retention.step(limits);
        payloadSweep.step();
        return report;
    }

    @Override
    public void close() throws IOException {
        news.close();
        try {
            settling.finishUnpublished();
            batches.release();
            log.dropFinished(true);
            dropBatchLogs();
        } finally {
            log.close();
        }
    }
}
