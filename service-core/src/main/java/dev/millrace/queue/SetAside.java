package dev.millrace.queue;

import dev.millrace.task.TaskState;
import java.nio.file.Path;

/**
 * A task that lies ready beside the queue, see {@link TaskQueue#setAside}.
 *
 * @param id what people call it
 * @param stem its unique name for life
 * @param state where it goes: pending or scheduled
 * @param file its file
 */
public record SetAside(String id, String stem, TaskState state, Path file) {}
