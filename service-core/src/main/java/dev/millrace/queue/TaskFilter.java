package dev.millrace.queue;

import dev.millrace.task.TaskOrder;
import dev.millrace.task.TaskState;
import java.util.EnumSet;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Which tasks to list.
 *
 * @param states in these states; not empty
 * @param idPart whose id contains this; empty for all
 * @param kind of this kind; empty for all
 * @param dueBefore that were due before this moment, epoch seconds; infinite for all. Of files whose names tell no time,
 *     the last change counts
 * @param limit at most so many, 1 or more
 */
public record TaskFilter(Set<TaskState> states, String idPart, String kind, double dueBefore, int limit) {
    public TaskFilter {
        if (states.isEmpty()) throw new IllegalArgumentException("a filter without states finds nothing");
        if (limit < 1) throw new IllegalArgumentException("limit " + limit + " must be at least 1");
        states = Set.copyOf(states);
    }

    public TaskFilter(Set<TaskState> states, String idPart, int limit) {
        this(states, idPart, "", Double.POSITIVE_INFINITY, limit);
    }

    /** All states, the first thousand. */
    public static TaskFilter all() {
        return new TaskFilter(EnumSet.allOf(TaskState.class), "", 1_000);
    }

    public TaskFilter withStates(Set<TaskState> newStates) {
        return new TaskFilter(newStates, idPart, kind, dueBefore, limit);
    }

    public TaskFilter withIdPart(String newIdPart) {
        return new TaskFilter(states, newIdPart, kind, dueBefore, limit);
    }

    public TaskFilter withLimit(int newLimit) {
        return new TaskFilter(states, idPart, kind, dueBefore, newLimit);
    }

    public TaskFilter withKind(String newKind) {
        return new TaskFilter(states, idPart, newKind, dueBefore, limit);
    }

    public TaskFilter withDueBefore(double epochSeconds) {
        return new TaskFilter(states, idPart, kind, epochSeconds, limit);
    }

    /** Whether a task's id fits, and its time if its name tells one; what that does not tell is left to whoever lists. */
    boolean fits(TaskView view) {
        if (!view.id().contains(idPart)) return false;
        OptionalLong due = TaskOrder.dueMicrosOf(view.fileStem());
        return due.isEmpty() || isBefore(due.getAsLong() / 1e6);
    }

    boolean hasTime() {
        return dueBefore < Double.POSITIVE_INFINITY;
    }

    /** Whether a moment fits, epoch seconds. */
    boolean isBefore(double moment) {
        return !hasTime() || moment < dueBefore;
    }
}
