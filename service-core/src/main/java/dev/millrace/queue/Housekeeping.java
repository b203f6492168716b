package dev.millrace.queue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** What the steward does with a queue, besides counting: one step at a time, and harmless when two do it at once. */
final class Housekeeping {
    private final Member member;
    private final Rescue rescue;
    private final BatchRescue batchRescue;
    private final Promotion promotion;
    private final LateEndings lateEndings;
    private final Unblocking unblocking;
    private final StagedGroups groups;
    private final QueueLook look;
    private final CancelRequests cancels;
    private final SecondRuns secondRuns;
    private final UniqueSweep uniqueSweep;
    private final RetentionSweep retention;
    private final PayloadSweep payloadSweep;
    private final LeftBatchLogs leftBatchLogs;

    /** What of a worker's queue housekeeping needs as well. */
    record Tools(
            Claiming claiming,
            Settling settling,
            BatchPorts batches,
            Payloads payloads,
            CancelRequests cancels,
            Unblocking.Ender ender,
            LateEndings.Ender ofWaiting) {}

    Housekeeping(QueueLayout layout, QueueOptions options, QueuePorts ports, Member member, Tools tools) {
        this.member = member;
        this.rescue = new Rescue(layout, options, ports, member, tools.claiming(), tools.settling());
        this.batchRescue = new BatchRescue(tools.batches());
        this.promotion = new Promotion(layout, ports);
        this.lateEndings = new LateEndings(layout, ports, tools.cancels(), tools.ofWaiting());
        this.unblocking = new Unblocking(layout, ports, tools.ender());
        this.groups = new StagedGroups(layout, options, ports);
        this.look = new QueueLook(layout, ports);
        this.cancels = tools.cancels();
        this.secondRuns = new SecondRuns(layout, options, ports, look, tools.payloads());
        UniqueIndex.Ending ending = new UniqueEnding(layout, options, ports, tools.payloads());
        this.uniqueSweep = new UniqueSweep(layout, options, ports, ending);
        this.retention = new RetentionSweep(layout, ports);
        this.payloadSweep = new PayloadSweep(layout, ports);
        this.leftBatchLogs = new LeftBatchLogs(layout, ports);
    }

    int unblock() throws IOException {
        return Independent.take(List.of(groups::finish, unblocking::step));
    }

    boolean hasBlocked() {
        return unblocking.hasWaiters();
    }

    int promote() throws IOException {
        return Independent.take(List.of(promotion::step, lateEndings::step));
    }

    int rescue(Predicate<String> isDead) throws IOException {
        Predicate<String> isDeadOther = incarnation -> isDeadOther(incarnation, isDead);
        // What puts tasks back comes first: to make logs superfluous forces the file system, which may take seconds.
        return Independent.take(List.of(
                groups::finish,
                () -> batchRescue.rescue(isDeadOther),
                () -> rescue.step(isDead),
                () -> batchRescue.dropLogs(isDeadOther)));
    }

    private boolean isDeadOther(String incarnation, Predicate<String> isDead) {
        return !incarnation.equals(member.incarnation()) && isDead.test(incarnation);
    }

    RetentionReport sweep(RetentionLimits limits) throws IOException {
        List<RetentionReport> report = new ArrayList<>(1);
        Independent.take(List.of(
                Independent.uncounted(secondRuns::finishLeftOver),
                Independent.uncounted(uniqueSweep::step),
                Independent.uncounted(() -> cancels.sweep(look::locate, look::terminal)),
                Independent.uncounted(() -> report.add(retention.step(limits))),
                Independent.uncounted(payloadSweep::step),
                Independent.uncounted(leftBatchLogs::step)));
        return report.get(0);
    }
}
