package dev.millrace.worker;

import dev.millrace.event.Event;
import dev.millrace.lifecycle.ServiceFiles;
import dev.millrace.lifecycle.ServicePorts;
import dev.millrace.lifecycle.ServiceRecord;
import dev.millrace.lifecycle.WorkerEntry;
import dev.millrace.storage.Disk;
import java.nio.file.Path;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The process of one worker: {@code WorkerMain <service folder> <worker name>}.
 *
 * <p>Ends with 0 when it was asked to stop, 64 for a wrong command line, 1 when it could not begin. SIGTERM and SIGINT
 * drain it: running tasks are finished within the stop timeout, then given back. When a handler calls
 * {@code System.exit}, the virtual machine runs the same hook, which fails that task and gives the others back.
 */
final class WorkerMain {
    private static final Logger LOG = LoggerFactory.getLogger("millrace.worker");
    private static final Duration LONGEST_DRAIN = Duration.ofHours(1);
    private static final Duration LAST_STEPS = Duration.ofSeconds(10);
    private static final Duration FOR_EVER = Duration.ofDays(10_000);

    private WorkerMain() {}

    public static void main(String[] args) throws InterruptedException {
        if (args.length != 2) {
            System.err.println("usage: WorkerMain <service folder> <worker name>");
            System.exit(64);
        }
        System.exit(run(Path.of(args[0]), args[1]));
    }

    private static int run(Path serviceFolder, String name) throws InterruptedException {
        Worker worker;
        Duration drain;
        try {
            ServiceFiles files = new ServiceFiles(Disk.local(), serviceFolder);
            ServiceRecord record = files.readRecord()
                    .orElseThrow(
                            () -> new IllegalStateException(files.record() + " is not there: the service was stopped"));
            WorkerEntry entry = record.workers().stream()
                    .filter(one -> one.name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException(files.record() + " names no worker " + name));
            drain = record.settings().timing().stopTimeout().length().orElse(LONGEST_DRAIN);
            worker = Worker.of(
                    files, record, entry, ServicePorts.system().withEvents(WorkerMain::log), AppHandlers.load(record));
        } catch (RuntimeException | LinkageError e) {
            // Also without a logging library somebody must be able to read why.
            System.err.println("worker " + name + " cannot begin: " + e.getMessage());
            LOG.error("worker {} cannot begin", name, e);
            return 1;
        }
        Runtime.getRuntime().addShutdownHook(new Thread(() -> atTheEnd(worker, drain), "millrace-end"));
        worker.start();
        worker.awaitEnd(FOR_EVER);
        haltSoon();
        return 0;
    }

    private static void log(Event event) {
        if (event instanceof Event.Trouble trouble) LOG.warn("{}", event.describe(), trouble.cause());
        else LOG.info("{}", event.describe());
    }

    private static void atTheEnd(Worker worker, Duration drain) {
        try {
            if (worker.awaitEnd(Duration.ZERO)) return;
            if (worker.isEndedByHandler()) worker.abort("the worker ends: a handler called System.exit");
            else worker.drain();
            if (!worker.awaitEnd(drain)) worker.abort("the worker was told to end");
            worker.awaitEnd(LAST_STEPS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** An app's own shutdown hook may hang; it must not keep the process. */
    private static void haltSoon() {
        Thread guard = new Thread(
                () -> {
                    try {
                        dev.millrace.time.Time.system().sleep(LAST_STEPS);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    Runtime.getRuntime().halt(0);
                },
                "millrace-halt");
        guard.setDaemon(true);
        guard.start();
    }
}
