package dev.millrace.worker;

import org.jspecify.annotations.Nullable;

/**
 * Runs tasks of one kind. Apps implement it; workers find it through {@code META-INF/services} (see {@link Kind}) or
 * the table {@code [service.handlers]} of the app's settings.
 *
 * <p>One instance serves all slots of a worker at once, so an implementation keeps no state of a task in fields. A task
 * may be run more than once when a worker dies in the middle: make effects happen once with
 * {@link TaskContext#idempotencyKey()}.
 */
@FunctionalInterface
public interface TaskHandler {
    /**
     * Runs one task.
     *
     * @return the result, anything that Jackson can write as JSON, of at most the worker's result limit; may be null
     * @throws Exception when the attempt failed; the message becomes the task's error
     */
    @Nullable
    Object handle(TaskContext task) throws Exception;
}
