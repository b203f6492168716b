package dev.millrace.queue;

import dev.millrace.task.TaskOrder;
import dev.millrace.task.TaskState;
import java.nio.file.Path;

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
}
