package dev.millrace.lifecycle;

import dev.millrace.event.Event;
import dev.millrace.liveness.ProcessIdentity;
import dev.millrace.liveness.Processes;
import dev.millrace.queue.QueueLayout;
import dev.millrace.storage.Disk;
import java.io.IOException;
import java.time.Duration;

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

    /** Starts a worker; an empty reason is the first launch. A launch that failed counts too, so that it is not repeated at once. */
    ProcessIdentity launch(ServiceRecord record, WorkerEntry entry, String reason) throws IOException {
        double at = ports.time().epochSeconds();
        ports.disk().createFolders(Disk.parentOf(files.output(entry.name())));
        if (reason.isEmpty())
            WorkerOrders.give(ports.disk(), new QueueLayout(record.queueDir()), entry.name(), WorkerOrders.Order.RUN);
        ProcessIdentity process = ProcessIdentity.unknown();
        String error = "";
        try {
            process = launcher(record, entry).launch(files, record, entry);
            return process;
        } catch (IOException e) {
            error = String.valueOf(e.getMessage());
            ports.events().accept(new Event.Trouble("cannot start worker " + entry.name(), e));
            if (reason.isEmpty()) throw e;
            return process;
        } finally {
            ledger.add(new RestartLedger.Launch(entry.name(), at, reason, process, error, false));
        }
    }

    /** Ends a worker for certain, where that can be done from here; false where it cannot. */
    boolean end(ServiceRecord record, WorkerEntry entry, ProcessIdentity process) throws IOException {
        boolean certain = launcher(record, entry).kill(record, entry, process);
        long start = ports.time().nanos();
        while (ports.processes().look(process) == Processes.Existence.ALIVE
                && !process.equals(ports.processes().self())
                && ports.time().nanos() - start < KILL_WAIT.toNanos()) pause();
        return certain || ports.processes().look(process) == Processes.Existence.GONE;
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
        return ports.launchers().stream()
                .filter(one -> one.serves(record.settings().worker().launcher(), entry.host()))
                .findFirst()
                .orElseThrow(() -> new ServiceException("no launcher in the class path starts '"
                        + record.settings().worker().launcher().word() + "' workers on " + entry.host()
                        + "; is service-worker there?"));
    }
}
