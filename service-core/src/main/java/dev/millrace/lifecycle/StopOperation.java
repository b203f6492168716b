package dev.millrace.lifecycle;

import dev.millrace.event.Event;
import dev.millrace.liveness.Heartbeat;
import dev.millrace.liveness.Judgement;
import dev.millrace.liveness.LivenessWatch;
import dev.millrace.liveness.Processes;
import dev.millrace.liveness.Standing;
import dev.millrace.queue.QueueLayout;
import dev.millrace.settings.Launcher;
import dev.millrace.settings.WaitLimit;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A stop that is proven: every worker is asked to finish what it runs and end, and counts as stopped when its last
 * heartbeat says so and its process is gone, or when whoever killed it says so. Those that still live after the limit
 * stay in the record, and stop can be called again; it continues where it stopped.
 *
 * <p>With force, nothing that fails on the way (a full disk, a host that is lost) keeps it from killing the others.
 */
final class StopOperation {
    private static final Duration LOOK = Duration.ofMillis(50);
    private static final StopWait AFTER_THE_KILL = StopWait.atMost(WaitLimit.of(Duration.ofSeconds(5)));

    private final ServicePorts ports;
    private final ServiceFiles files;
    private final ServiceRecord record;
    private final boolean force;
    private final Set<String> abandon;
    private final QueueLayout layout;
    private final LivenessWatch watch;
    private final Launches launches;
    private final Set<String> killed = new HashSet<>();
    private final List<String> troubles = new ArrayList<>();

    /**
     * @param force to kill what does not end in time
     * @param abandon hosts whose workers are given up when they cannot be proven to have ended
     */
    StopOperation(ServicePorts ports, ServiceFiles files, ServiceRecord record, boolean force, Set<String> abandon) {
        this.ports = ports;
        this.files = files;
        this.record = record;
        this.force = force;
        this.abandon = abandon;
        this.layout = new QueueLayout(record.queueDir());
        this.watch = LivenessWatch.over(
                ports.disk(),
                layout.heartbeats(),
                ports.processes(),
                ports.time(),
                record.settings().timing().heartbeatTimeout());
        this.launches = new Launches(ports, files, new RestartLedger(files));
    }

    /**
     * What a stop came to.
     *
     * @param stopped workers that have ended for certain, or are parked
     * @param alive workers of which that is not known
     * @param abandoned workers of which that is not known and that were given up
     * @param troubles what went wrong on the way, and ways out, for people
     */
    record Stopped(List<String> stopped, List<String> alive, List<String> abandoned, List<String> troubles) {}

    /** Asks all workers to end and waits for it. When the wait is given up nobody is killed before the time. */
    Stopped stop(StopWait wait) throws IOException, InterruptedException {
        attempt("the record could not be written", this::keepAll);
        boolean told = attempt("the workers could not be told", () -> order(WorkerOrders.Order.STOP));
        List<WorkerEntry> alive = told ? await(wait) : alive();
        if (force && !wait.isGivenUp()) alive = kill(alive);
        List<WorkerEntry> given = alive.stream().filter(this::isAbandoned).toList();
        List<WorkerEntry> left =
                alive.stream().filter(entry -> !isAbandoned(entry)).toList();
        if (left.isEmpty()) attempt("the orders could not be removed", () -> forgetOrders(given));
        else attempt("the record could not be written", () -> keep(left));
        left.forEach(this::addWayOut);
        return new Stopped(
                names(ended(alive)),
                names(left),
                names(given),
                troubles.stream().distinct().toList());
    }

    private void keepAll() throws IOException {
        keep(record.workers());
    }

    private void keep(List<WorkerEntry> workers) throws IOException {
        files.writeRecord(record.withWorkers(workers).withPhase(ServiceRecord.Phase.STOPPING));
    }

    private interface Step {
        void run() throws IOException;
    }

    /** What must be written to stop in order; a stop by force goes on without. */
    private boolean attempt(String failure, Step step) throws IOException {
        try {
            step.run();
            return true;
        } catch (IOException e) {
            if (!force)
                throw new IOException(
                        failure + ": " + e.getMessage() + "; 'millrace stop --force' ends the workers all the same", e);
            troubles.add(failure + " (" + e.getMessage() + ")");
            ports.events().accept(new Event.Trouble(failure + "; the stop goes on", e));
            return false;
        }
    }

    private boolean isAbandoned(WorkerEntry entry) {
        return abandon.contains(entry.host());
    }

    private List<WorkerEntry> ended(List<WorkerEntry> alive) {
        return record.workers().stream().filter(entry -> !alive.contains(entry)).toList();
    }

    private static List<String> names(List<WorkerEntry> entries) {
        return entries.stream().map(WorkerEntry::name).toList();
    }

    private void addWayOut(WorkerEntry entry) {
        Hosting hosting = Hosting.of(record, ports.processes());
        if (hosting.isElsewhere())
            troubles.add("the workers are threads of " + hosting.ownerText() + ", with which they end");
        if (launches.isRemote(record, entry))
            troubles.add(
                    "should " + entry.host() + " be lost for good, give its workers up with --abandon " + entry.host());
    }

    // ------------------------------------------------------------------ parking

    /** Asks all workers to finish what they run and stay; waits until they are idle. */
    Stopped park(StopWait wait) throws IOException, InterruptedException {
        order(WorkerOrders.Order.PARK);
        long start = ports.time().nanos();
        List<String> busy = busy();
        while (!busy.isEmpty() && !isOver(wait, start)) {
            ports.time().sleep(LOOK);
            busy = busy();
        }
        List<String> still = busy;
        List<String> idle = record.workerNames().stream()
                .filter(name -> !still.contains(name))
                .toList();
        return new Stopped(idle, busy, List.of(), List.of());
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

    // ------------------------------------------------------------------ orders and waiting

    private void order(WorkerOrders.Order order) throws IOException {
        for (WorkerEntry entry : record.workers()) WorkerOrders.give(ports.disk(), layout, entry.name(), order);
    }

    /** The order to stop stays for those that were given up: should they come back, they end at once. */
    private void forgetOrders(List<WorkerEntry> given) throws IOException {
        for (WorkerEntry entry : ended(given)) WorkerOrders.forget(ports.disk(), layout, entry.name());
    }

    /** Nobody waits for those that are given up. */
    private List<WorkerEntry> await(StopWait wait) throws IOException, InterruptedException {
        long start = ports.time().nanos();
        List<WorkerEntry> alive = alive();
        while (!alive.stream().allMatch(this::isAbandoned) && !isOver(wait, start)) {
            ports.time().sleep(LOOK);
            alive = alive();
        }
        return alive;
    }

    private boolean isOver(StopWait wait, long start) {
        return wait.isOver(ports.time().nanos() - start);
    }

    /** Ended means: it said so or its process is gone, and no process of its last launch is left. */
    private List<WorkerEntry> alive() throws IOException {
        Map<String, Judgement> judged = watch.look();
        List<RestartLedger.Launch> known = new RestartLedger(files).read();
        List<WorkerEntry> alive = new ArrayList<>();
        for (WorkerEntry entry : record.workers()) {
            WorkerState state = WorkerState.of(record, entry, judged, known, ports);
            boolean processThere = Optional.ofNullable(judged.get(entry.name()))
                    .map(judgement -> isThere(judgement.beat()))
                    .orElse(false);
            boolean ended = state.isProvenEnded(record.settings().timing().startTimeout()) && !processThere;
            if (!ended && !killed.contains(entry.name())) alive.add(entry);
        }
        return alive;
    }

    /** In-process workers share somebody's process, whose existence proves nothing about them. */
    private boolean isThere(Heartbeat beat) {
        return record.settings().worker().launcher() == Launcher.PROCESS
                && ports.processes().look(beat.process()) == Processes.Existence.ALIVE;
    }

    // ------------------------------------------------------------------ force

    private List<WorkerEntry> kill(List<WorkerEntry> alive) throws IOException, InterruptedException {
        List<WorkerEntry> wanted =
                alive.stream().filter(entry -> !isAbandoned(entry)).toList();
        if (wanted.isEmpty()) return alive;
        Kills kills = new Kills(ports, record, launches, layout, watch.look(), new RestartLedger(files).read());
        killed.addAll(kills.kill(wanted));
        troubles.addAll(kills.troubles());
        return await(AFTER_THE_KILL);
    }
}
