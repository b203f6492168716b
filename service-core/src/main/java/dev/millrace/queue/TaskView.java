package dev.millrace.queue;

import dev.millrace.task.BatchName;
import dev.millrace.task.TaskOrder;
import dev.millrace.task.TaskState;
import java.nio.file.Path;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What a task's file name says.
 *
 * @param stem its unique name for life
 * @param id what people call it
 * @param state where it is
 * @param attempt the attempt that waits, runs or, for terminal tasks, 0 (the document tells)
 * @param returns how often it came back from running; 0 for terminal tasks
 * @param incarnation who runs it; empty when nobody does
 * @param file its file
 */
public record TaskView(
        String stem, String id, TaskState state, int attempt, int returns, String incarnation, Path file) {
    /** A task that has a file of its own; its name tells the id. */
    public static TaskView single(
            String stem, TaskState state, int attempt, int returns, String incarnation, Path file) {
        return new TaskView(stem, TaskOrder.idOf(stem), state, attempt, returns, incarnation, file);
    }

    /** When a task in scheduled/ is to be moved to those that wait; epoch seconds. Empty in other states. */
    public OptionalDouble due() {
        OptionalLong millis = state == TaskState.SCHEDULED
                ? Promotion.dueMillis(String.valueOf(file.getFileName()))
                : OptionalLong.empty();
        return millis.isPresent() ? OptionalDouble.of(millis.getAsLong() / 1e3) : OptionalDouble.empty();
    }

    /** Its unique name, or that of the batch of which it is a part. */
    String fileStem() {
        return BatchName.partOf(stem).map(BatchName.Part::stem).orElse(stem);
    }
}
