package dev.millrace.lifecycle;

import dev.millrace.event.EventSink;
import dev.millrace.liveness.Processes;
import dev.millrace.queue.QueuePorts;
import dev.millrace.storage.Disk;
import dev.millrace.time.Time;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.random.RandomGenerator;

/**
 * What a service needs of the world.
 *
 * @param disk all files
 * @param time both clocks
 * @param random ids
 * @param processes those of this host
 * @param launchers how workers come to life, the first that serves a host is taken
 * @param events what happened
 */
public record ServicePorts(
        Disk disk,
        Time time,
        RandomGenerator random,
        Processes processes,
        List<WorkerLauncher> launchers,
        EventSink events) {
    public ServicePorts {
        launchers = List.copyOf(launchers);
    }

    /** This machine, and the launchers in the class path. */
    public static ServicePorts system() {
        List<WorkerLauncher> launchers = new ArrayList<>();
        ServiceLoader.load(WorkerLauncher.class, ServicePorts.class.getClassLoader())
                .forEach(launchers::add);
        return new ServicePorts(
                Disk.local(), Time.system(), new SecureRandom(), Processes.local(), launchers, EventSink.silent());
    }

    public ServicePorts withEvents(EventSink newEvents) {
        return new ServicePorts(disk, time, random, processes, launchers, newEvents);
    }

    public ServicePorts withTime(Time newTime) {
        return new ServicePorts(disk, newTime, random, processes, launchers, events);
    }

    public ServicePorts withLaunchers(List<WorkerLauncher> newLaunchers) {
        return new ServicePorts(disk, time, random, processes, newLaunchers, events);
    }

    public ServicePorts withProcesses(Processes newProcesses) {
        return new ServicePorts(disk, time, random, newProcesses, launchers, events);
    }

    public ServicePorts withDisk(Disk newDisk) {
        return new ServicePorts(newDisk, time, random, processes, launchers, events);
    }

    /** The part that a queue needs. */
    public QueuePorts queuePorts() {
        return new QueuePorts(disk, time, random, events);
    }
}
