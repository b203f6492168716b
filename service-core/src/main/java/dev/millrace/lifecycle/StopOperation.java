package dev.millrace.lifecycle;

import dev.millrace.liveness.Heartbeat;
import dev.millrace.liveness.Judgement;
import dev.millrace.liveness.LivenessWatch;
import dev.millrace.liveness.ProcessIdentity;
import dev.millrace.liveness.Processes;
import dev.millrace.liveness.Standing;
import dev.millrace.queue.QueueLayout;
import dev.millrace.settings.Launcher;
import dev.millrace.settings.WaitLimit;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A stop that is proven: every worker is asked to finish what it runs and end, and counts as stopped when its last
 * heartbeat says so and its process is gone. Those that still live after the limit stay in the record, and stop can be
 * called again; it continues where it stopped.
 */
final class StopOperation {
    private static final Duration LOOK = Duration.ofMillis(50);

    private final ServicePorts ports;
    private final ServiceFiles files;
    private final ServiceRecord record;
    private final QueueLayout layout;
    private final LivenessWatch watch;
    private final Launches launches;

    StopOperation(ServicePorts ports, ServiceFiles files, ServiceRecord record) {
        this.ports = ports;
        this.files = files;
        this.record = record;
        this.layout = new QueueLayout(record.queueDir());
        this.watch = LivenessWatch.over(
                ports.disk(),
                layout.heartbeats(),
                ports.processes(),
                ports.time(),
                record.settings().timing().heartbeatTimeout());
        this.launches = new Launches(ports, files, new RestartLedger(files));
    }

    /** Who has stopped and who has not. */
    record Stopped(List<String> stopped, List<String> alive) {}

    /** Asks all workers to end and waits for it. */
    Stopped stop(WaitLimit limit, boolean force) throws IOException, InterruptedException {
        files.writeRecord(record.withPhase(ServiceRecord.Phase.STOPPING));
        order(WorkerOrders.Order.STOP);
        List<WorkerEntry> alive = await(limit);
        if (force && !alive.isEmpty()) alive = killed(alive);
        List<WorkerEntry> left = alive;
        List<String> stopped = record.workers().stream()
                .filter(entry -> !left.contains(entry))
                .map(WorkerEntry::name)
                .toList();
        if (alive.isEmpty()) forgetOrders();
        else files.writeRecord(record.withWorkers(alive).withPhase(ServiceRecord.Phase.STOPPING));
        return new Stopped(stopped, alive.stream().map(WorkerEntry::name).toList());
    }

    /** Asks all workers to finish what they run and stay; waits until they are idle. */
    Stopped park(WaitLimit limit) throws IOException, InterruptedException {
        order(WorkerOrders.Order.PARK);
        long start = ports.time().nanos();
        List<String> busy = busy();
        while (!busy.isEmpty() && !isOver(limit, start)) {
            ports.time().sleep(LOOK);
            busy = busy();
        }
        List<String> still = busy;
        List<String> idle = record.workerNames().stream()
                .filter(name -> !still.contains(name))
                .toList();
        return new Stopped(idle, busy);
    }

    private List<String> busy() throws IOException {
        Map<String, Judgement> judged = watch.look();
        return record.workerNames().stream()
                .filter(name -> Optional.ofNullable(judged.get(name))
                        .filter(judgement -> judgement.standing() == Standing.ALIVE)
                        .map(judgement -> judgement.beat().state() != Heartbeat.State.DRAINING
                                || judgement.beat().busySlots() > 0)
                        .orElse(false))
                .toList();
    }

    private void order(WorkerOrders.Order order) throws IOException {
        for (WorkerEntry entry : record.workers()) WorkerOrders.give(ports.disk(), layout, entry.name(), order);
    }

    private void forgetOrders() throws IOException {
        for (WorkerEntry entry : record.workers()) WorkerOrders.forget(ports.disk(), layout, entry.name());
    }

    private List<WorkerEntry> await(WaitLimit limit) throws IOException, InterruptedException {
        long start = ports.time().nanos();
        List<WorkerEntry> alive = alive();
        while (!alive.isEmpty() && !isOver(limit, start)) {
            ports.time().sleep(LOOK);
            alive = alive();
        }
        return alive;
    }

    private boolean isOver(WaitLimit limit, long start) {
        return limit.length()
                .map(length -> ports.time().nanos() - start >= length.toNanos())
                .orElse(false);
    }

    /** Ended means: it said so or its process is gone, and no process of its last launch is left. */
    private List<WorkerEntry> alive() throws IOException {
        Map<String, Judgement> judged = watch.look();
        List<RestartLedger.Launch> known = new RestartLedger(files).read();
        List<WorkerEntry> alive = new ArrayList<>();
        for (WorkerEntry entry : record.workers()) {
            WorkerState state =
                    WorkerState.of(entry, judged.get(entry.name()), RestartLedger.last(known, entry.name()), ports);
            boolean processThere = Optional.ofNullable(judged.get(entry.name()))
                    .map(judgement -> isThere(judgement.beat()))
                    .orElse(false);
            if (!state.isProvenEnded(record.settings().timing().startTimeout()) || processThere) alive.add(entry);
        }
        return alive;
    }

    /** In-process workers share somebody's process, whose existence proves nothing about them. */
    private boolean isThere(Heartbeat beat) {
        return record.settings().worker().launcher() == Launcher.PROCESS
                && ports.processes().look(beat.process()) == Processes.Existence.ALIVE;
    }

    private List<WorkerEntry> killed(List<WorkerEntry> alive) throws IOException, InterruptedException {
        Map<String, Judgement> judged = watch.look();
        Map<WorkerEntry, ProcessIdentity> processes = new LinkedHashMap<>();
        for (WorkerEntry entry : alive)
            processes.put(
                    entry,
                    Optional.ofNullable(judged.get(entry.name()))
                            .map(judgement -> judgement.beat().process())
                            .or(() -> lastLaunch(entry))
                            .orElse(ProcessIdentity.unknown()));
        for (Map.Entry<WorkerEntry, ProcessIdentity> one : processes.entrySet())
            launches.end(record, one.getKey(), one.getValue());
        for (WorkerEntry entry : alive) {
            Optional<ProcessIdentity> launched = lastLaunch(entry);
            if (launched.isPresent()) launches.end(record, entry, launched.get());
        }
        return await(WaitLimit.of(Duration.ofSeconds(5)));
    }

    private Optional<ProcessIdentity> lastLaunch(WorkerEntry entry) {
        try {
            return RestartLedger.last(new RestartLedger(files).read(), entry.name())
                    .map(RestartLedger.Launch::process);
        } catch (IOException unknown) {
            return Optional.empty();
        }
    }
}
