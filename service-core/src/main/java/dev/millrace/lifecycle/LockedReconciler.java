package dev.millrace.lifecycle;

import dev.millrace.event.Event;
import dev.millrace.liveness.Judgement;
import dev.millrace.liveness.ProcessIdentity;
import dev.millrace.liveness.Standing;
import dev.millrace.queue.QueueLayout;
import dev.millrace.storage.Disk.DiskLock;
import dev.millrace.storage.FileFacts;
import java.io.IOException;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** {@link Reconciler} under the operation lock. */
final class LockedReconciler implements Reconciler {
    private static final double REMEMBERED_SECONDS = 300;

    /** Looks; a steward comes round twice a second. */
    private static final int READ_EVERY = 100;

    private static final double FIRST_WAIT_SECONDS = 0.5;
    private static final double LONGEST_WAIT_SECONDS = 60;
    private static final double LONGEST_WAIT_AFTER_LIFE_SECONDS = 1;

    private final ServicePorts ports;
    private final ServiceFiles files;
    private final RestartLedger ledger;
    private final OperationLock lock;
    private final Launches launches;
    private int looks;
    private Optional<FileFacts> seen = Optional.empty();
    private Optional<ServiceRecord> known = Optional.empty();

    LockedReconciler(ServicePorts ports, ServiceFiles files) {
        this.ports = ports;
        this.files = files;
        this.ledger = new RestartLedger(files);
        this.lock = new OperationLock(files, ports.time(), ports.processes().self());
        this.launches = new Launches(ports, files, ledger);
    }

    @Override
    public int reconcile(Map<String, Judgement> judged) throws IOException {
        Optional<ServiceRecord> record = lastRecord();
        if (record.isEmpty() || !needsWork(record.get(), judged)) return 0;
        Optional<DiskLock> held = lock.tryTake("reconcile");
        if (held.isEmpty()) return 0;
        try (DiskLock mine = held.get()) {
            return reconcileLocked(judged);
        }
    }

    /**
     * Reading it several times a second would cost more than everything else that an idle worker does. Two changes within
     * one tick of the file system's clock look like one, so it is read now and then all the same.
     */
    private Optional<ServiceRecord> lastRecord() throws IOException {
        Optional<FileFacts> now = ports.disk().facts(files.record());
        if (!now.equals(seen) || ++looks % READ_EVERY == 0) known = files.readRecord();
        seen = now;
        return known;
    }

    int reconcileLocked(Map<String, Judgement> judged) throws IOException {
        Optional<ServiceRecord> record = files.readRecord();
        if (record.isEmpty() || !mayRestart(record.get())) return 0;
        Set<String> lost = new HashSet<>();
        int started = 0;
        for (WorkerEntry entry : nearestFirst(record.get())) started += restart(record.get(), entry, judged, lost);
        return started;
    }

    private boolean mayRestart(ServiceRecord record) {
        return record.phase() == ServiceRecord.Phase.RUNNING
                && Hosting.of(record, ports.processes()).mayLaunch();
    }

    /** A host that is lost answers after half a minute; nobody here shall wait for that. */
    private List<WorkerEntry> nearestFirst(ServiceRecord record) {
        return record.workers().stream()
                .sorted(Comparator.comparing(entry -> launches.isRemote(record, entry)))
                .toList();
    }

    private boolean needsWork(ServiceRecord record, Map<String, Judgement> judged) throws IOException {
        if (!mayRestart(record)) return false;
        boolean allAlive = record.workers().stream()
                .map(entry -> judged.get(entry.name()))
                .allMatch(judgement -> judgement != null && judgement.standing() == Standing.ALIVE);
        if (allAlive) return false;
        List<RestartLedger.Launch> known = ledger.read();
        for (WorkerEntry entry : record.workers())
            if (dueReason(record, entry, judged, known).isPresent()) return true;
        return false;
    }

    private Optional<String> dueReason(
            ServiceRecord record, WorkerEntry entry, Map<String, Judgement> judged, List<RestartLedger.Launch> known) {
        QueueLayout layout = new QueueLayout(record.queueDir());
        if (WorkerOrders.isNow(WorkerOrders.Order.STOP, ports.disk(), layout, entry.name())) return Optional.empty();
        WorkerState state = WorkerState.of(record, entry, judged, known, ports);
        return state.restartReason(record.settings().timing().startTimeout())
                .filter(reason -> state.launchAgeSeconds() >= waitSeconds(known, state));
    }

    /**
     * Nothing before the first restart, then half a second, one, two ... since the last launch. A worker that beat can
     * live, whatever ended it: only restarts since its last beat make the next one wait for longer than a second.
     */
    private double waitSeconds(List<RestartLedger.Launch> known, WorkerState state) {
        double now = ports.time().epochSeconds();
        List<RestartLedger.Launch> recent = known.stream()
                .filter(one -> one.isRestart()
                        && one.worker().equals(state.entry().name())
                        && now >= one.at()
                        && now - one.at() < REMEMBERED_SECONDS)
                .toList();
        if (recent.isEmpty()) return 0;
        long inVain = recent.stream().filter(state::isAfterLastLife).count();
        if (inVain == 0) return Math.min(LONGEST_WAIT_AFTER_LIFE_SECONDS, doubled(recent.size()));
        return Math.min(LONGEST_WAIT_SECONDS, doubled(inVain));
    }

    private static double doubled(long restarts) {
        return FIRST_WAIT_SECONDS * (1L << Math.min(restarts - 1, 20));
    }

    /**
     * What cannot be done now is written down with its reason and tried again later; the others' turn comes.
     *
     * @param lost the hosts that could not be reached this time; the next of their workers is not tried
     */
    private int restart(ServiceRecord record, WorkerEntry entry, Map<String, Judgement> judged, Set<String> lost)
            throws IOException {
        Optional<String> reason = dueReason(record, entry, judged, ledger.read());
        if (reason.isEmpty()) return 0;
        ProcessIdentity old = Optional.ofNullable(judged.get(entry.name()))
                .map(judgement -> judgement.beat().process())
                .orElse(ProcessIdentity.unknown());
        ProcessIdentity launched = RestartLedger.last(ledger.read(), entry.name())
                .map(RestartLedger.Launch::process)
                .orElse(old);
        if (!isCleared(record, entry, reason.get(), List.of(old, launched), lost)) return 0;
        try {
            launches.launch(record, entry, reason.get());
        } catch (IOException | RuntimeException noted) {
            if (launches.isRemote(record, entry)) lost.add(entry.host());
            return 0;
        }
        ports.events().accept(new Event.Restarted(entry.name(), reason.get()));
        return 1;
    }

    /** Ends what is left of the worker's earlier lives; false, and written down, when that cannot be done now. */
    private boolean isCleared(
            ServiceRecord record, WorkerEntry entry, String reason, List<ProcessIdentity> there, Set<String> lost)
            throws IOException {
        try {
            if (lost.contains(entry.host())) throw new IOException(entry.host() + " could not be reached just now");
            for (ProcessIdentity process : new LinkedHashSet<>(there)) launches.end(record, entry, process);
            return true;
        } catch (IOException | RuntimeException e) {
            if (launches.isRemote(record, entry)) lost.add(entry.host());
            ports.events().accept(new Event.Trouble("cannot start worker " + entry.name() + " again now", e));
            launches.notLaunched(entry, reason, there.get(there.size() - 1), String.valueOf(e.getMessage()));
            return false;
        }
    }
}
