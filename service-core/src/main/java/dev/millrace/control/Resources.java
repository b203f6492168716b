package dev.millrace.control;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What the daemon and the workers of its services use, and what the machine has.
 *
 * @param memoryMb resident memory of the daemon, the workers, and all that their handlers have started
 * @param daemonMb that of the daemon alone
 * @param processes how many processes of workers run, with those that their handlers have started
 * @param machineMemoryMb the machine's memory
 * @param machineAvailableMb what of it is free or can be freed
 * @param loads the machine's load of the last minute, the last five and the last fifteen; none where it is not known
 * @param zombies how many processes of these, or of the daemon's, have ended and were not collected
 * @param list those that were counted
 */
public record Resources(
        double memoryMb,
        double daemonMb,
        int processes,
        double machineMemoryMb,
        double machineAvailableMb,
        List<Double> loads,
        int zombies,
        List<ProcessUse> list) {
    public Resources {
        loads = List.copyOf(loads);
        list = List.copyOf(list);
    }

    /** The same with the names of the services to which workers belong. */
    Resources ofServices(Map<Long, String> byWorker) {
        List<ProcessUse> named = new ArrayList<>();
        for (ProcessUse one : list) named.add(one.of(byWorker.getOrDefault(one.worker(), "")));
        return new Resources(memoryMb, daemonMb, processes, machineMemoryMb, machineAvailableMb, loads, zombies, named);
    }
}
