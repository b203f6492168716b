package dev.millrace.lifecycle;

import dev.millrace.event.Event;
import dev.millrace.liveness.ProcessIdentity;
import dev.millrace.liveness.Processes;
import dev.millrace.queue.QueueLayout;
import dev.millrace.settings.Launcher;
import dev.millrace.storage.Disk;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** Starts workers through the launcher that serves them, ends those that do not end, and writes down both. */
final class Launches {
    private static final Duration KILL_WAIT = Duration.ofSeconds(5);
    private static final Duration KILL_LOOK = Duration.ofMillis(10);

    private final ServicePorts ports;
    private final ServiceFiles files;
    private final RestartLedger ledger;

    Launches(ServicePorts ports, ServiceFiles files, RestartLedger ledger) {
        this.ports = ports;
        this.files = files;
        this.ledger = ledger;
    }

    /**
     * Starts a worker; an empty reason is the first launch. It is written down before it happens: where that cannot be
     * done, on a full disk, nothing is started, else a new process would come at every look. A launch that failed is
     * written down, too, so that it is not repeated at once.
     *
     * @throws IOException when it failed
     */
    ProcessIdentity launch(ServiceRecord record, WorkerEntry entry, String reason) throws IOException {
        RestartLedger.Launch begun = new RestartLedger.Launch(
                entry.name(), ports.time().epochSeconds(), reason, ProcessIdentity.unknown(), "", false);
        ports.disk().createFolders(Disk.parentOf(files.output(entry.name())));
        if (reason.isEmpty())
            WorkerOrders.give(ports.disk(), new QueueLayout(record.queueDir()), entry.name(), WorkerOrders.Order.RUN);
        ledger.add(begun);
        try {
            return settled(record, entry, begun, launcher(record, entry).launch(files, record, entry));
        } catch (IOException | RuntimeException e) {
            note(begun.withError(String.valueOf(e.getMessage())), begun, e);
            ports.events().accept(new Event.Trouble("cannot start worker " + entry.name(), e));
            throw e;
        }
    }

    /** A process that could not be written down is ended again: nobody else would know of it. */
    private ProcessIdentity settled(
            ServiceRecord record, WorkerEntry entry, RestartLedger.Launch begun, ProcessIdentity process)
            throws IOException {
        try {
            if (!process.equals(begun.process())) ledger.settle(begun, begun.withProcess(process));
            return process;
        } catch (IOException e) {
            endUnknown(record, entry, process, e);
            throw e;
        }
    }

    private void endUnknown(ServiceRecord record, WorkerEntry entry, ProcessIdentity process, Exception cause) {
        try {
            end(record, entry, process);
        } catch (IOException | RuntimeException e) {
            cause.addSuppressed(e);
        }
    }

    private void note(RestartLedger.Launch failed, RestartLedger.Launch begun, Exception cause) {
        try {
            ledger.settle(begun, failed);
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    /** Writes down that a worker was not started again, because what was there could not be ended first. */
    void notLaunched(WorkerEntry entry, String reason, ProcessIdentity there, String error) throws IOException {
        ledger.add(new RestartLedger.Launch(entry.name(), ports.time().epochSeconds(), reason, there, error, false));
    }

    /**
     * Ends a worker for certain, where that can be done from here; false where it cannot.
     *
     * @throws IOException when its host cannot be reached
     */
    boolean end(ServiceRecord record, WorkerEntry entry, ProcessIdentity process) throws IOException {
        boolean certain = launcher(record, entry).kill(record, entry, process);
        boolean ownProcess = record.settings().worker().launcher() == Launcher.PROCESS;
        long start = ports.time().nanos();
        while (ownProcess
                && ports.processes().look(process) == Processes.Existence.ALIVE
                && ports.time().nanos() - start < KILL_WAIT.toNanos()) pause();
        return certain || ports.processes().look(process) == Processes.Existence.GONE;
    }

    /** True when another host must be reached to start or end a worker. */
    boolean isRemote(ServiceRecord record, WorkerEntry entry) {
        return serving(record, entry).map(WorkerLauncher::isRemote).orElse(false);
    }

    private void pause() {
        try {
            ports.time().sleep(KILL_LOOK);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ServiceException("interrupted while waiting for a worker to end", e);
        }
    }

    private WorkerLauncher launcher(ServiceRecord record, WorkerEntry entry) {
        return serving(record, entry)
                .orElseThrow(() -> new ServiceException("no launcher in the class path starts '"
                        + record.settings().worker().launcher().word() + "' workers on " + entry.host()
                        + "; is service-worker there?"));
    }

    private Optional<WorkerLauncher> serving(ServiceRecord record, WorkerEntry entry) {
        return ports.launchers().stream()
                .filter(one -> one.serves(record.settings().worker().launcher(), entry.host()))
                .findFirst();
    }
}
