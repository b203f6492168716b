package dev.millrace.lifecycle;

import dev.millrace.health.Measures;
import dev.millrace.health.WorkerHealth;
import dev.millrace.liveness.Heartbeat;
import dev.millrace.liveness.Judgement;
import dev.millrace.queue.QueueCounts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * A held service at one moment, before anybody judges it.
 *
 * @param record what it should be
 * @param hosting where its workers live
 * @param workers what its workers are
 * @param launches what is known of restarts
 * @param counts the queue's counts
 * @param measures what else was measured
 */
record ServiceFacts(
        ServiceRecord record,
        Hosting hosting,
        List<WorkerState> workers,
        List<RestartLedger.Launch> launches,
        QueueCounts counts,
        Measures measures) {

    private Duration startTimeout() {
        return record.settings().timing().startTimeout();
    }

    List<String> running() {
        return names(true);
    }

    List<String> ended() {
        return names(false);
    }

    private List<String> names(boolean running) {
        return workers.stream()
                .filter(worker -> worker.isRunning(startTimeout()) == running)
                .map(worker -> worker.entry().name())
                .toList();
    }

    /** AGILAB's word for the whole. */
    String status() {
        return switch (record.phase()) {
            case STOPPING -> "error";
            case PARKED -> "stopped";
            case STARTING, RUNNING -> ended().isEmpty() ? "running" : running().isEmpty() ? allEnded() : "degraded";
        };
    }

    private String allEnded() {
        return launchErrors().isEmpty() ? "stopped" : "error";
    }

    List<WorkerHealth> rows(double now) {
        List<WorkerHealth> rows = new ArrayList<>();
        for (WorkerState worker : workers) rows.add(row(worker, now));
        return rows;
    }

    private WorkerHealth row(WorkerState worker, double now) {
        boolean starting = worker.isStarting(startTimeout());
        Optional<String> reason = reason(worker);
        Optional<Heartbeat> beat = worker.judgement().map(Judgement::beat).filter(found -> !starting);
        OptionalDouble age = worker.judgement()
                .filter(found -> !starting)
                .map(found -> OptionalDouble.of(found.age().toNanos() / 1e9))
                .orElse(OptionalDouble.empty());
        return new WorkerHealth(
                worker.entry().name(),
                futureState(worker, starting),
                beat.map(found -> found.state().word()).orElse(WorkerHealth.MISSING),
                age,
                reason.isEmpty(),
                reason.orElse(""),
                beat.map(ServiceFacts::life),
                beat.map(found -> work(found, now)),
                RestartLedger.restarts(launches, worker.entry().name()));
    }

    private Optional<String> reason(WorkerState worker) {
        if (hosting.isGone()) return Optional.of(Hosting.ENDED);
        return record.phase() == ServiceRecord.Phase.PARKED ? Optional.empty() : worker.restartReason(startTimeout());
    }

    /** What to do; empty when nothing is. */
    String message() {
        if (!hosting.isGone()) return "";
        return "the workers were threads of " + hosting.ownerText()
                + ", which has ended; run 'millrace stop' and then 'millrace start'";
    }

    private static String futureState(WorkerState worker, boolean starting) {
        if (starting) return "pending";
        return worker.judgement()
                .map(found -> switch (found.standing()) {
                    case ALIVE -> "running";
                    case SILENT -> WorkerHealth.DETACHED;
                    case GONE -> "error";
                    case ENDED -> found.beat().state() == Heartbeat.State.FAILED ? "error" : "finished";
                })
                .orElse(WorkerHealth.DETACHED);
    }

    private static WorkerHealth.Life life(Heartbeat beat) {
        return new WorkerHealth.Life(beat.process().pid(), beat.process().host(), beat.incarnation());
    }

    private static WorkerHealth.Work work(Heartbeat beat, double now) {
        OptionalDouble oldest = beat.currentTasks().stream()
                .mapToDouble(task -> Math.max(0, now - task.startedAt()))
                .max();
        return new WorkerHealth.Work(
                beat.busySlots(),
                beat.slots(),
                beat.currentTasks().size(),
                oldest,
                beat.load().map(load -> OptionalDouble.of(load.cpu())).orElse(OptionalDouble.empty()),
                beat.load().map(load -> OptionalLong.of(load.memoryBytes())).orElse(OptionalLong.empty()));
    }

    /** Why the last launch of a worker failed, by its name. */
    Map<String, String> launchErrors() {
        Map<String, String> errors = new LinkedHashMap<>();
        for (WorkerState worker : workers)
            worker.launch()
                    .filter(launch -> !launch.error().isEmpty())
                    .ifPresent(launch -> errors.put(worker.entry().name(), launch.error()));
        return errors;
    }

    static Map<String, String> reasons(List<RestartLedger.Launch> restarts) {
        Map<String, String> reasons = new LinkedHashMap<>();
        restarts.forEach(one -> reasons.put(one.worker(), one.reason()));
        return reasons;
    }
}
