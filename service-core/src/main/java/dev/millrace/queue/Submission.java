package dev.millrace.queue;

import dev.millrace.task.TaskState;
import java.nio.file.Path;

/**
 * A task that was accepted; it is durable as far as the queue's durability promises.
 *
 * @param id what people call it
 * @param stem its unique name for life
 * @param state pending or scheduled
 * @param file where its file was put
 */
public record Submission(String id, String stem, TaskState state, Path file) {}
