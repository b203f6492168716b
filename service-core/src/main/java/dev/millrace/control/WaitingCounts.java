package dev.millrace.control;

import dev.millrace.queue.QueueCounts;
import dev.millrace.storage.Disk;
import dev.millrace.task.BatchName;
import dev.millrace.task.TaskName;
import dev.millrace.task.TaskState;
import dev.millrace.time.Time;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many tasks of each service wait, by the names in the one folder where they do: whoever submits must not wait until a
 * million that have ended are listed. A large queue is counted a few times a second at most.
 */
final class WaitingCounts {
    private static final long KNOWN_NANOS = 250_000_000L;

    private final Disk disk;
    private final Time time;
    private final Map<String, Counted> counted = new ConcurrentHashMap<>();

    private record Counted(long tasks, long atNanos) {}

    WaitingCounts(Disk disk, Time time) {
        this.disk = disk;
        this.time = time;
    }

    /** @param limit what the number is compared with; below a large one it is counted anew each time */
    long of(Hosted hosted, long limit) throws IOException {
        long now = time.nanos();
        Counted last = counted.get(hosted.name());
        if (last != null && limit >= QueueCounts.LARGE && now - last.atNanos() < KNOWN_NANOS) return last.tasks();
        long tasks = pending(hosted.service().queue().layout().folder(TaskState.PENDING));
        counted.put(hosted.name(), new Counted(tasks, now));
        return tasks;
    }

    private long pending(Path folder) throws IOException {
        AtomicLong tasks = new AtomicLong();
        try {
            disk.forEachName(folder, name -> tasks.addAndGet(tasksIn(name)));
        } catch (NoSuchFileException notMadeYet) {
            return 0;
        }
        return tasks.get();
    }

    private static int tasksIn(String name) {
        if (BatchName.isBatchFile(name)) return BatchName.parse(name).open();
        return TaskName.isTaskFile(name) || name.endsWith(TaskName.PICKLE_SUFFIX) ? 1 : 0;
    }
}
