package dev.millrace.bench;

import java.io.IOException;
import java.time.Duration;

/**
 * What a worker costs that has nothing to do. It is left alone for as long as it is watched, first: what a virtual machine
 * compiles in its first minutes is not the price of being there all day.
 */
final class IdleRun implements Measurement {
    @Override
    public Values run(Assignment assignment) throws IOException, InterruptedException {
        int seconds = assignment.whole("seconds", 60);
        try (Rig rig = Rig.open(assignment)) {
            rig.start();
            rig.warm(assignment.whole("warm", 1_000));
            rig.sleep(Duration.ofSeconds(seconds));
            Proc before = rig.worker();
            long begin = rig.now();
            rig.sleep(Duration.ofSeconds(seconds));
            Proc after = rig.worker();
            double length = (rig.now() - begin) / 1e9;
            return Values.none()
                    .with(Values.CPU_PERCENT, (after.cpuSeconds() - before.cpuSeconds()) * 100 / length)
                    .with(Values.WAKEUPS, (after.switches() - before.switches()) / length)
                    .with(Values.MEMORY_MB, after.peakMemoryMb());
        }
    }
}
