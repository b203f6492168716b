package dev.millrace.lifecycle;

import dev.millrace.health.Measures;
import dev.millrace.liveness.Heartbeat;
import dev.millrace.liveness.Judgement;
import dev.millrace.liveness.Standing;
import dev.millrace.queue.QueueAges;
import dev.millrace.queue.QueueCounts;
import dev.millrace.queue.QueueLayout;
import dev.millrace.queue.TaskQueue;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/** Gathers the facts about a held service. Changes nothing. */
final class ServiceLook {
    /** Counts older than this are not believed, whoever made them. */
    private static final double FRESH_SECONDS = 10;

    private final ServicePorts ports;
    private final RestartLedger ledger;

    ServiceLook(ServicePorts ports, ServiceFiles files) {
        this.ports = ports;
        this.ledger = new RestartLedger(files);
    }

    ServiceFacts facts(ServiceRecord record, TaskQueue queue, Map<String, Judgement> judged) throws IOException {
        List<RestartLedger.Launch> launches = ledger.read();
        List<WorkerState> workers = new ArrayList<>();
        for (WorkerEntry entry : record.workers()) workers.add(WorkerState.of(record, entry, judged, launches, ports));
        Optional<StewardReport> steward =
                StewardReport.read(ports.disk(), queue.layout()).filter(report -> holdsLease(report, judged));
        Optional<StewardReport> fresh =
                steward.filter(this::isFresh).filter(report -> report.counts().total() >= QueueCounts.LARGE);
        QueueCounts counts = fresh.isPresent() ? fresh.get().counts() : queue.counts();
        QueueAges ages = fresh.isPresent() ? fresh.get().ages() : queue.ages();
        return new ServiceFacts(
                record,
                Hosting.of(record, ports.processes()),
                workers,
                launches,
                counts,
                measures(judged, ages, steward, queue.layout()));
    }

    private static boolean holdsLease(StewardReport report, Map<String, Judgement> judged) {
        Judgement judgement = judged.get(report.worker());
        return judgement != null
                && judgement.standing() == Standing.ALIVE
                && judgement.beat().incarnation().equals(report.incarnation());
    }

    private boolean isFresh(StewardReport report) {
        double age = ports.time().epochSeconds() - report.countedAt();
        return age >= -1 && age < FRESH_SECONDS;
    }

    private Measures measures(
            Map<String, Judgement> judged, QueueAges ages, Optional<StewardReport> steward, QueueLayout layout)
            throws IOException {
        Measures measures = Measures.none()
                .withQueueAges(new Measures.QueueAges(
                        ages.oldestPending(), ages.oldestRunning(), positive(ages.mostOverdue())))
                .withQuarantined(quarantined(layout));
        if (steward.isPresent())
            measures = measures.withSteward(
                    new Measures.Steward(steward.get().worker(), steward.get().since()));
        List<Heartbeat.Recent> recent = judged.values().stream()
                .filter(judgement -> judgement.standing() == Standing.ALIVE)
                .flatMap(judgement -> judgement.beat().recent().stream())
                .toList();
        return recent.isEmpty() ? measures : withRates(measures, recent);
    }

    private static OptionalDouble positive(OptionalDouble overdue) {
        return overdue.isPresent() && overdue.getAsDouble() > 0 ? overdue : OptionalDouble.empty();
    }

    private long quarantined(QueueLayout layout) throws IOException {
        long[] count = {0};
        ports.disk().forEachName(layout.folder(TaskState.FAILED), name -> {
            if (name.endsWith(".why.json")) count[0]++;
        });
        return count[0];
    }

    /** Rates add up over workers; of the percentiles the worst worker's stands, which is on the safe side. */
    private static Measures withRates(Measures measures, List<Heartbeat.Recent> recent) {
        double window =
                recent.stream().mapToDouble(Heartbeat.Recent::windowSec).max().orElse(60);
        long done = recent.stream().mapToLong(Heartbeat.Recent::done).sum();
        long failed = recent.stream().mapToLong(Heartbeat.Recent::failed).sum();
        double perMinute = window > 0 ? 60 / window : 0;
        OptionalDouble rate =
                done + failed == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) failed / (done + failed));
        return measures.withThroughput(new Measures.Throughput(done * perMinute, failed * perMinute, rate, window))
                .withLatency(new Measures.Latency(
                        worst(recent, Heartbeat.Recent::startP50Sec),
                        worst(recent, Heartbeat.Recent::startP95Sec),
                        worst(recent, Heartbeat.Recent::runP50Sec),
                        worst(recent, Heartbeat.Recent::runP95Sec),
                        done + failed));
    }

    private static OptionalDouble worst(List<Heartbeat.Recent> recent, ToDoubleFunction<Heartbeat.Recent> value) {
        return recent.stream()
                .filter(one -> one.done() + one.failed() > 0)
                .mapToDouble(value)
                .max();
    }

    /** Kept here so that looking and telling stay apart: this one only looks. */
    List<RestartLedger.Launch> untold() throws IOException {
        return RestartLedger.untold(ledger.read());
    }
}
