package dev.millrace.bench;

import dev.millrace.queue.QueueOptions;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.file.Files;
import java.util.stream.Stream;

/**
 * How fast one warm worker empties a queue. The worker is told to take nothing while the queue is filled; the clock runs
 * from the start of the first task until the last one is settled.
 */
final class DrainRun implements Measurement {
    private double seconds;
    private double cpuSeconds;
    private long drained;

    @Override
    public Values run(Assignment assignment) throws IOException, InterruptedException {
        int tasks = assignment.whole("tasks", 20_000);
        int toAFile = assignment.whole("batch", 1);
        try (Rig rig = Rig.open(assignment)) {
            rig.finish(assignment.whole("finished", 0));
            rig.start();
            warm(rig, assignment.whole("warm", tasks), toAFile);
            double files = 0;
            for (int i = 0; i < assignment.whole("repeats", 1); i++) files += drain(rig, tasks, toAFile);
            return Values.none()
                    .with(Values.RATE, drained / seconds)
                    .with(Values.CPU_US, cpuSeconds * 1e6 / drained)
                    .with(Values.MEMORY_MB, rig.worker().peakMemoryMb())
                    .with("tasks_per_file", drained / files);
        }
    }

    /** As single files first, in any case: before its kind is known to be quick, nothing is batched. */
    private void warm(Rig rig, int tasks, int toAFile) throws IOException, InterruptedException {
        if (tasks == 0) return;
        rig.warm(toAFile == 1 ? tasks : Math.min(tasks, 20_000));
        if (toAFile == 1) return;
        rig.awaitRuntimes();
        rig.park();
        rig.fill(tasks, toAFile);
        rig.resume();
        rig.awaitDrained(tasks);
    }

    private int drain(Rig rig, int tasks, int toAFile) throws IOException, InterruptedException {
        rig.park();
        rig.fill(tasks, toAFile);
        int files = toAFile == 1 ? tasks : filesIn(rig);
        rig.sync();
        Proc before = rig.worker();
        rig.resume();
        long end = rig.awaitDrained(tasks);
        seconds += (end - rig.board().first()) / 1e9;
        cpuSeconds += rig.worker().cpuSeconds() - before.cpuSeconds();
        drained += tasks;
        return files;
    }

    private static int filesIn(Rig rig) throws IOException {
        try (Stream<?> files = Files.list(rig.layout().folder(TaskState.PENDING))) {
            return (int) files.count();
        }
    }

    /** As many as a file may hold. */
    static int fullBatch() {
        return QueueOptions.DEFAULT_BATCH_LIMIT;
    }
}
