package dev.millrace.bench;

import java.io.IOException;
import java.time.Duration;

/** What a worker costs that has nothing to do. */
final class IdleRun implements Measurement {
    private static final Duration SETTLE = Duration.ofSeconds(10);

    @Override
    public Values run(Assignment assignment) throws IOException, InterruptedException {
        int seconds = assignment.whole("seconds", 60);
        try (Rig rig = Rig.open(assignment)) {
            rig.start();
            rig.warm(assignment.whole("warm", 1_000));
            rig.sleep(seconds < SETTLE.toSeconds() ? Duration.ofSeconds(1) : SETTLE);
            Proc before = rig.worker();
            long begin = rig.now();
            rig.sleep(Duration.ofSeconds(seconds));
            Proc after = rig.worker();
            double length = (rig.now() - begin) / 1e9;
            return Values.none()
                    .with(Values.CPU_PERCENT, (after.cpuSeconds() - before.cpuSeconds()) * 100 / length)
                    .with("wakeups_per_sec", (after.switches() - before.switches()) / length)
                    .with(Values.MEMORY_MB, after.peakMemoryMb());
        }
    }
}
