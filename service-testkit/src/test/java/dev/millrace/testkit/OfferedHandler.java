package dev.millrace.testkit;

import dev.millrace.worker.TaskContext;
import dev.millrace.worker.TaskHandler;

/** Found by {@link java.util.ServiceLoader}; has a field, so that one object in several lives would be noticed. */
public final class OfferedHandler implements TaskHandler {
    private String answer = "";

    @Override
    public Object handle(TaskContext task) {
        answer = "found";
        return answer;
    }
}
