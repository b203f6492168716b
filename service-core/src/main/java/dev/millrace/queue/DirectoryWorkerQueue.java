package dev.millrace.queue;

import dev.millrace.task.Outcome;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** One incarnation's part in a {@link DirectoryQueue}. */
final class DirectoryWorkerQueue implements WorkerQueue {
    private final QueueLayout layout;
    private final QueuePorts ports;
    private final Member member;
    private final OutcomeLog log;
    private final PendingIndex index;
    private final Targets targets;
    private final Claiming claiming;
    private final Settling settling;
    private final Rescue rescue;
    private final Promotion promotion;
    private final RetentionSweep retention;
    private final News news;

    DirectoryWorkerQueue(QueueLayout layout, QueueOptions options, QueuePorts ports, Member member) {
        this.layout = layout;
        this.ports = ports;
        this.member = member;
        this.log = new OutcomeLog(ports.disk(), layout.outcomes(), member.incarnation(), options.durability());
        this.index = new PendingIndex(ports.disk(), ports.time(), layout.folder(TaskState.PENDING), options);
        this.targets = new Targets(member);
        this.claiming = new Claiming(layout, ports, member, targets);
        this.settling = new Settling(layout, ports, member, log);
        this.rescue = new Rescue(layout, options, ports, member, claiming, settling);
        this.promotion = new Promotion(layout, ports);
        this.retention = new RetentionSweep(layout, ports);
        this.news = new News(ports, layout.folder(TaskState.PENDING));
    }

    @Override
    public Member member() {
        return member;
    }

    @Override
    public Optional<Claim> claim() throws IOException {
        claiming.putBackStranded();
        news.passOnTo(index);
        for (Optional<String> name = index.poll(); name.isPresent(); name = index.poll()) {
            Optional<Claim> claim = claiming.claim(name.get());
            if (claim.isPresent()) return claim;
        }
        for (String pickle : index.takePickles()) claiming.refusePickle(pickle);
        return Optional.empty();
    }

    @Override
    public Settlement settle(Claim claim, Outcome outcome) throws IOException {
        return settling.settle(claim, outcome);
    }

    @Override
    public boolean stillHolds(Claim claim) throws IOException {
        Path running = layout.folder(TaskState.RUNNING);
        return ports.disk().exists(running.resolve(claim.name().fileName()))
                || ports.disk().exists(running.resolve(claim.name().settled().fileName()));
    }

    @Override
    public void awaitNews(Duration atMost) throws InterruptedException {
        news.await(atMost);
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
        return settling.finishUnpublished();
    }

    @Override
    public int dropFinishedLogs() throws IOException {
        return log.dropFinished(false);
    }

    @Override
    public int promote() throws IOException {
        return promotion.step();
    }

    @Override
    public int rescue(Predicate<String> isDead) throws IOException {
        return rescue.step(isDead);
    }

    @Override
    public RetentionReport sweep(RetentionLimits limits) throws IOException {
        return retention.step(limits);
    }

    @Override
    public void close() throws IOException {
        news.close();
        try {
            settling.finishUnpublished();
            log.dropFinished(true);
        } finally {
            log.close();
        }
    }
}
