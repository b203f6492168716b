package dev.millrace.launch;

import dev.millrace.lifecycle.ServiceFiles;
import dev.millrace.lifecycle.ServicePorts;
import dev.millrace.lifecycle.ServiceRecord;
import dev.millrace.lifecycle.WorkerEntry;
import dev.millrace.lifecycle.WorkerLauncher;
import dev.millrace.liveness.ProcessIdentity;
import dev.millrace.settings.Launcher;
import dev.millrace.worker.AppHandlers;
import dev.millrace.worker.HandlerRegistry;
import dev.millrace.worker.Worker;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Workers as threads of the caller, for embedding and tests. They end with the caller's process, or when this is closed.
 *
 * @param running the workers by service folder and name
 * @param handlers where the handlers come from; the app's folder when nobody says otherwise
 */
public record InProcessLauncher(Map<String, Worker> running, Function<ServiceRecord, HandlerRegistry> handlers)
        implements WorkerLauncher, AutoCloseable {

    /** For {@link java.util.ServiceLoader}. */
    public InProcessLauncher() {
        this(AppHandlers::load);
    }

    /** With handlers of the caller's own, for embedding. */
    public InProcessLauncher(Function<ServiceRecord, HandlerRegistry> handlers) {
        this(new ConcurrentHashMap<>(), handlers);
    }

    @Override
    public boolean serves(Launcher launcher, String host) {
        return launcher == Launcher.IN_PROCESS && LocalHost.is(host);
    }

    /**
     * The caller's process tells nothing about one of its threads, so none is named. A worker that keeps the house starts
     * others through this launcher, too, so that they have the same handlers and end when this is closed.
     */
    @Override
    public ProcessIdentity launch(ServiceFiles files, ServiceRecord record, WorkerEntry worker) {
        ServicePorts ports = ServicePorts.system().withLaunchers(List.of(this));
        Worker made = Worker.of(files, record, worker, ports, handlers.apply(record));
        Worker old = running.put(key(record, worker), made);
        if (old != null) old.abort("replaced");
        made.start();
        return ProcessIdentity.unknown();
    }

    @Override
    public boolean kill(ServiceRecord record, WorkerEntry worker, ProcessIdentity process) {
        Worker found = running.remove(key(record, worker));
        if (found == null) return false;
        found.close();
        return true;
    }

    private static String key(ServiceRecord record, WorkerEntry worker) {
        return record.queueDir() + "|" + worker.name();
    }

    @Override
    public void close() {
        running.values().forEach(worker -> worker.abort("the embedding program ends"));
        running.values().forEach(Worker::close);
        running.clear();
    }
}
