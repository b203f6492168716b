package dev.millrace.queue;

import dev.millrace.task.TaskState;
import java.nio.file.Path;

/** How settling a claim ended. */
public sealed interface Settlement {
    /** The outcome counts. */
    record Settled(TaskState state, Path file) implements Settlement {}

    /** The task is waiting again. */
    record PutBack(TaskState state, Path file) implements Settlement {}

    /** The claim had been lost; the outcome was dropped, and the task runs, waits or ended elsewhere. */
    record Fenced() implements Settlement {}
}
