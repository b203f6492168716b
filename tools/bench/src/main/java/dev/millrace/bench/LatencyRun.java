package dev.millrace.bench;

import dev.millrace.queue.QueueOptions;
import dev.millrace.queue.TaskQueue;
import java.io.IOException;
import java.time.Duration;

/** How long it takes from the call of submit, forced, until the handler begins, in a service that has nothing else to do. */
final class LatencyRun implements Measurement {
    private static final Duration APART = Duration.ofMillis(20);

    @Override
    public Values run(Assignment assignment) throws IOException, InterruptedException {
        int samples = Math.min(assignment.whole("samples", 300), MarkHandler.MOST / 2);
        int warm = Math.min(assignment.whole("warm", samples), MarkHandler.MOST / 2);
        try (Rig rig = Rig.open(assignment)) {
            rig.start();
            TaskQueue queue = rig.queue(QueueOptions.defaults());
            for (int number = 0; number < warm; number++) waited(rig, queue, number, Duration.ofMillis(3));
            long[] waited = new long[samples];
            double cpu = rig.worker().cpuSeconds();
            for (int i = 0; i < samples; i++) waited[i] = waited(rig, queue, warm + i, APART);
            Proc after = rig.worker();
            return Values.none()
                    .withTimes(waited)
                    .with(Values.CPU_US, (after.cpuSeconds() - cpu) * 1e6 / samples)
                    .with(Values.MEMORY_MB, after.peakMemoryMb());
        }
    }

    private static long waited(Rig rig, TaskQueue queue, int number, Duration pause)
            throws IOException, InterruptedException {
        rig.sleep(pause);
        long begin = rig.now();
        queue.submit(Payload.mark(number));
        rig.awaitUntil("task " + number + " to begin", () -> rig.board().marked(number) != 0);
        return rig.board().marked(number) - begin;
    }
}
