package dev.millrace.queue;

import dev.millrace.task.TaskState;
import java.util.EnumSet;
import java.util.Set;

/**
 * Which tasks to list.
 *
 * @param states in these states; not empty
 * @param idPart whose id contains this; empty for all
 * @param limit at most so many, 1 or more
 */
public record TaskFilter(Set<TaskState> states, String idPart, int limit) {
    public TaskFilter {
        if (states.isEmpty()) throw new IllegalArgumentException("a filter without states finds nothing");
        if (limit < 1) throw new IllegalArgumentException("limit " + limit + " must be at least 1");
        states = Set.copyOf(states);
    }

    /** All states, the first thousand. */
    public static TaskFilter all() {
        return new TaskFilter(EnumSet.allOf(TaskState.class), "", 1_000);
    }

    public TaskFilter withStates(Set<TaskState> newStates) {
        return new TaskFilter(newStates, idPart, limit);
    }

    public TaskFilter withIdPart(String newIdPart) {
        return new TaskFilter(states, newIdPart, limit);
    }

    public TaskFilter withLimit(int newLimit) {
        return new TaskFilter(states, idPart, newLimit);
    }
}
