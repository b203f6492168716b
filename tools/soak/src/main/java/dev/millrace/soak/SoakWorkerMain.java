package dev.millrace.soak;

import dev.millrace.event.Event;
import dev.millrace.lifecycle.ServiceFiles;
import dev.millrace.lifecycle.ServicePorts;
import dev.millrace.lifecycle.ServiceRecord;
import dev.millrace.lifecycle.WorkerEntry;
import dev.millrace.liveness.Processes;
import dev.millrace.storage.Disk;
import dev.millrace.time.Time;
import dev.millrace.worker.AppHandlers;
import dev.millrace.worker.Worker;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The process of one worker: {@code SoakWorkerMain <service folder> <worker name>}, see {@link SoakLauncher}. */
final class SoakWorkerMain {
    private static final Duration FOR_EVER = Duration.ofDays(10_000);
    private static final Duration AT_THE_END = Duration.ofSeconds(10);

    private SoakWorkerMain() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        RunFolder run = RunFolder.ofProcess();
        Processes processes = new SparingProcesses(Processes.local(), run.spared());
        ShiftedTime time = new ShiftedTime(Time.system());
        new Belonging(run, Processes.local(), Time.system()).begin(time);
        Ledger ledger = RunHandler.ledger();
        ServicePorts ports = ServicePorts.system()
                .withTime(time)
                .withProcesses(processes)
                .withLaunchers(List.of(new SoakLauncher(processes)))
                .withEvents(event -> note(ledger, event));
        Worker worker = worker(Path.of(args[0]), args[1], ports);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> atTheEnd(worker), "soak-end"));
        worker.start();
        worker.awaitEnd(FOR_EVER);
        System.exit(0);
    }

    private static Worker worker(Path folder, String name, ServicePorts ports) {
        ServiceFiles files = new ServiceFiles(Disk.local(), folder);
        ServiceRecord record =
                files.readRecord().orElseThrow(() -> new IllegalStateException("the service was stopped"));
        WorkerEntry entry = record.workers().stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("the service has no worker " + name));
        return Worker.of(files, record, entry, ports, AppHandlers.load(record));
    }

    /** Everything goes to what the process prints, and what is counted to the ledger as well. */
    private static void note(Ledger ledger, Event event) {
        System.err.println(event.describe());
        if (event instanceof Event.Trouble trouble) trouble.cause().printStackTrace();
        if (event instanceof Event.Fenced fenced) ledger.note(Ledger.FENCED, fenced.task(), "");
        if (event instanceof Event.Quarantined bad) ledger.note(Ledger.QUARANTINED, bad.file(), bad.reason());
    }

    private static void atTheEnd(Worker worker) {
        try {
            if (worker.awaitEnd(Duration.ZERO)) return;
            worker.drain();
            if (!worker.awaitEnd(AT_THE_END)) worker.abort("the worker was told to end");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
