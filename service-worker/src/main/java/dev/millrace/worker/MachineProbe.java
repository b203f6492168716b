package dev.millrace.worker;

import dev.millrace.control.ResourceProbe;
import dev.millrace.control.Resources;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import oshi.SystemInfo;
import oshi.hardware.GlobalMemory;
import oshi.software.os.OSProcess;
import oshi.software.os.OperatingSystem;

/**
 * Measures through oshi, which takes a third of a second to begin with.
 *
 * @param known oshi, when it has begun
 */
public record MachineProbe(AtomicReference<SystemInfo> known) implements ResourceProbe {
    private static final double MB = 1 << 20;

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
        double used = residentOf(os, os.getProcessId());
        int running = 0;
        for (long pid : workers) {
            double one = residentOf(os, (int) pid);
            used += one;
            if (one > 0) running++;
        }
        double load = system.getHardware().getProcessor().getSystemLoadAverage(1)[0];
        return new Resources(
                Math.round(used / MB * 10) / 10.0, running, memory.getTotal() / MB, memory.getAvailable() / MB, load);
    }

    private static double residentOf(OperatingSystem os, int pid) {
        OSProcess process = os.getProcess(pid);
        return process == null ? 0 : process.getResidentMemory();
    }
}
