package dev.millrace.worker;

import dev.millrace.control.ProcessUse;
import dev.millrace.control.ResourceProbe;
import dev.millrace.control.Resources;
import dev.millrace.liveness.Processes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.DoubleStream;
import oshi.SystemInfo;
import oshi.hardware.GlobalMemory;
import oshi.software.os.OSProcess;
import oshi.software.os.OperatingSystem;

/**
 * Measures through oshi, which takes a third of a second to begin with. Which processes come from which is asked of the
 * system, a line of each; oshi would read all about every process of the machine.
 *
 * @param known oshi, when it has begun
 */
public record MachineProbe(AtomicReference<SystemInfo> known) implements ResourceProbe {
    private static final double MB = 1 << 20;
    private static final int LOADS = 3;
    private static final Processes PROCESSES = Processes.local();

    /** For {@link java.util.ServiceLoader}. */
    public MachineProbe() {
        this(new AtomicReference<>());
    }

    @Override
    public Resources sample(Set<Long> workers) throws IOException {
        try {
            return measured(workers);
        } catch (RuntimeException | LinkageError notOnThisSystem) {
            throw new IOException("the machine cannot be measured: " + notOnThisSystem, notOnThisSystem);
        }
    }

    private Resources measured(Set<Long> workers) {
        SystemInfo system = known.updateAndGet(made -> made == null ? new SystemInfo() : made);
        OperatingSystem os = system.getOperatingSystem();
        GlobalMemory memory = system.getHardware().getMemory();
        Map<Long, Long> counted = withDescendants(workers);
        List<ProcessUse> list = uses(os, counted);
        OSProcess self = os.getProcess(os.getProcessId());
        double own = self == null ? 0 : megabytes(self.getResidentMemory());
        double used = own;
        int zombies = zombiesBeside(os, counted.keySet());
        for (ProcessUse one : list) {
            used += one.memoryMb();
            if (one.isZombie()) zombies++;
        }
        return new Resources(
                Math.round(used * 10) / 10.0,
                own,
                (int) list.stream().filter(one -> !one.isZombie()).count(),
                memory.getTotal() / MB,
                memory.getAvailable() / MB,
                loads(system),
                zombies,
                list);
    }

    private static List<Double> loads(SystemInfo system) {
        double[] loads = system.getHardware().getProcessor().getSystemLoadAverage(LOADS);
        return DoubleStream.of(loads).anyMatch(load -> load < 0)
                ? List.of()
                : DoubleStream.of(loads).boxed().toList();
    }

    /** By process, the worker that it is or comes from. */
    private static Map<Long, Long> withDescendants(Set<Long> workers) {
        Map<Long, Long> all = new LinkedHashMap<>();
        for (long worker : workers) all.put(worker, worker);
        for (long worker : workers) for (long pid : PROCESSES.descendants(worker)) all.putIfAbsent(pid, worker);
        return all;
    }

    private static List<ProcessUse> uses(OperatingSystem os, Map<Long, Long> processes) {
        List<ProcessUse> uses = new ArrayList<>();
        processes.forEach((pid, worker) -> {
            OSProcess process = os.getProcess(Math.toIntExact(pid));
            if (process != null) uses.add(use(process, worker));
        });
        return uses;
    }

    private static ProcessUse use(OSProcess process, long worker) {
        return new ProcessUse(
                process.getProcessID(),
                worker,
                "",
                process.getName(),
                process.getState().name().toLowerCase(Locale.ROOT),
                megabytes(process.getResidentMemory()),
                Math.round(process.getProcessCpuLoadCumulative() * 1e3) / 1e3,
                process.getThreadCount(),
                process.getStartTime() / 1e3);
    }

    /** Of this process itself; those of workers are counted with them. */
    private static int zombiesBeside(OperatingSystem os, Set<Long> counted) {
        int zombies = 0;
        for (long pid : PROCESSES.descendants(os.getProcessId())) {
            if (counted.contains(pid)) continue;
            OSProcess child = os.getProcess(Math.toIntExact(pid));
            if (child != null && child.getState() == OSProcess.State.ZOMBIE) zombies++;
        }
        return zombies;
    }

    private static double megabytes(long bytes) {
        return Math.round((double) bytes / MB * 10) / 10.0;
    }
}
