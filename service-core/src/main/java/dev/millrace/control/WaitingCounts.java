package dev.millrace.control;

import dev.millrace.queue.QueueCounts;
import dev.millrace.task.TaskState;
import dev.millrace.time.Time;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** How many tasks of each service wait. A large queue is counted a few times a second at most. */
final class WaitingCounts {
    private static final long KNOWN_NANOS = 250_000_000L;

    private final Time time;
    private final Map<String, Counted> counted = new ConcurrentHashMap<>();

    private record Counted(long tasks, long atNanos) {}

    WaitingCounts(Time time) {
        this.time = time;
    }

    /** @param limit what the number is compared with; below a large one it is counted anew each time */
    long of(Hosted hosted, long limit) throws IOException {
        long now = time.nanos();
        Counted last = counted.get(hosted.name());
        if (last != null && limit >= QueueCounts.LARGE && now - last.atNanos() < KNOWN_NANOS) return last.tasks();
        long tasks = hosted.service().queue().counts().of(TaskState.PENDING);
        counted.put(hosted.name(), new Counted(tasks, now));
        return tasks;
    }
}
