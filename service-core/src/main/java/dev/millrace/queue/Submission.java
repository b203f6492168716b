package dev.millrace.queue;

import dev.millrace.task.TaskState;
import java.nio.file.Path;

/**
 * What became of a submit. A task that was accepted is durable as far as the queue's durability promises.
 *
 * @param id what people call it
 * @param stem its unique name for life
 * @param state where it is: for a new one pending, scheduled or blocked
 * @param file where its file was put
 * @param fate whether it is the task that was submitted, or an earlier one with its unique key
 */
public record Submission(String id, String stem, TaskState state, Path file, Fate fate) {
    /** A new task. */
    public Submission(String id, String stem, TaskState state, Path file) {
        this(id, stem, state, file, Fate.ADDED);
    }

    /** What a unique key made of a submit. */
    public enum Fate {
        /** The task is new. */
        ADDED,
        /** The task is new, and an earlier one that waited was cancelled for it. */
        REPLACED,
        /** Nothing was added; this is the earlier task. */
        EXISTING,
        /** Nothing was added; this is the earlier task, because of which. */
        DISCARDED
    }

    /** True when a task was added. */
    public boolean isNew() {
        return fate == Fate.ADDED || fate == Fate.REPLACED;
    }
}
