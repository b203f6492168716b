package dev.millrace.service;

import dev.millrace.lifecycle.ServiceFiles;
import dev.millrace.lifecycle.ServicePorts;
import dev.millrace.lifecycle.ServiceRecord;
import dev.millrace.lifecycle.WorkerEntry;
import dev.millrace.lifecycle.WorkerLauncher;
import dev.millrace.liveness.ProcessIdentity;
import dev.millrace.settings.Launcher;
import dev.millrace.worker.AppHandlers;
import dev.millrace.worker.Worker;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Workers in this process, in a world of the test's making. */
final class ThreadLauncher implements WorkerLauncher {
    private final Map<String, Worker> running = new ConcurrentHashMap<>();
    private ServicePorts ports = ServicePorts.system();

    void in(ServicePorts world) {
        ports = world;
    }

    /** These ports, with this launcher and no other. */
    ServicePorts alone(ServicePorts world) {
        in(world.withLaunchers(List.of(this)));
        return ports;
    }

    @Override
    public boolean serves(Launcher launcher, String host) {
        return true;
    }

    @Override
    public ProcessIdentity launch(ServiceFiles files, ServiceRecord record, WorkerEntry entry) {
        Worker worker = Worker.of(
                new ServiceFiles(ports.disk(), files.folder()), record, entry, ports, AppHandlers.load(record));
        running.put(entry.name(), worker);
        worker.start();
        return ProcessIdentity.unknown();
    }

    @Override
    public boolean kill(ServiceRecord record, WorkerEntry entry, ProcessIdentity process) {
        Worker worker = running.remove(entry.name());
        if (worker == null) return false;
        worker.close();
        return true;
    }

    void end(String worker) {
        Worker ended = running.remove(worker);
        if (ended != null) ended.close();
    }

    void endAll() {
        List.copyOf(running.keySet()).forEach(this::end);
    }
}
