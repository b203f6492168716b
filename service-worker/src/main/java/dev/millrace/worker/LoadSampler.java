package dev.millrace.worker;

import dev.millrace.liveness.Heartbeat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import oshi.SystemInfo;
import oshi.software.os.OSProcess;
import oshi.software.os.OperatingSystem;

/**
 * Measures what this process uses, through oshi. The first sample takes a third of a second, so it is taken by a thread
 * of its own and never on a worker's way to its first task.
 */
final class LoadSampler {
    private volatile Optional<Heartbeat.Load> last = Optional.empty();
    private @Nullable OperatingSystem system;
    private @Nullable OSProcess before;

    /** Takes a sample; slow the first time. Called by one thread. */
    void sample() {
        try {
            OperatingSystem known = system;
            if (known == null) system = known = new SystemInfo().getOperatingSystem();
            OSProcess now = known.getProcess((int) ProcessHandle.current().pid());
            if (now == null) return;
            double cpu = before == null ? now.getProcessCpuLoadCumulative() : now.getProcessCpuLoadBetweenTicks(before);
            before = now;
            double share = Double.isFinite(cpu) ? Math.round(cpu * 1e4) / 1e4 : 0;
            last = Optional.of(new Heartbeat.Load(share, now.getResidentMemory(), now.getThreadCount()));
        } catch (RuntimeException | LinkageError notOnThisSystem) {
            last = Optional.empty();
        }
    }

    Optional<Heartbeat.Load> last() {
        return last;
    }
}
