package dev.millrace.queue;

import dev.millrace.task.TaskState;
import java.util.EnumMap;
import java.util.Map;

/**
 * How many task files lie in each state, counted by name.
 *
 * @param byState one entry for each state; zero when a folder is empty or absent
 */
public record QueueCounts(Map<TaskState, Long> byState) {
    /** From so many tasks on, counts are worth keeping; listing fewer takes a few milliseconds. */
    public static final long LARGE = 5_000;

    public QueueCounts {
        EnumMap<TaskState, Long> complete = new EnumMap<>(TaskState.class);
        for (TaskState state : TaskState.values()) complete.put(state, byState.getOrDefault(state, 0L));
        byState = Map.copyOf(complete);
    }

    /** Nothing anywhere. */
    public static QueueCounts none() {
        return new QueueCounts(Map.of());
    }

    /** The number of tasks in one state. */
    public long of(TaskState state) {
        return byState.getOrDefault(state, 0L);
    }

    /** The number of tasks in all states. */
    public long total() {
        return byState.values().stream().mapToLong(Long::longValue).sum();
    }
}
