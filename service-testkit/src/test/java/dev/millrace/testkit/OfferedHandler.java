package dev.millrace.testkit;

import dev.millrace.worker.TaskContext;
import dev.millrace.worker.TaskHandler;

/** Found by {@link java.util.ServiceLoader}. */
public final class OfferedHandler implements TaskHandler {
    @Override
    public Object handle(TaskContext task) {
        return "found";
    }
}
