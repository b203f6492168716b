package dev.millrace.testkit;

import dev.millrace.worker.TaskContext;
import dev.millrace.worker.TaskHandler;
import org.jspecify.annotations.Nullable;

/** A handler whose first attempt at one task is watched by {@link Boundaries}; whatever else comes to it runs as ever. */
final class CrashingHandler implements TaskHandler {
    private final TaskHandler handler;
    private final Boundaries boundaries;
    private boolean begun;

    CrashingHandler(TaskHandler handler, Boundaries boundaries) {
        this.handler = handler;
        this.boundaries = boundaries;
    }

    @Override
    public @Nullable Object handle(TaskContext task) throws Exception {
        if (begun) return handler.handle(task);
        begun = true;
        Object result = handler.handle(boundaries.watched(task));
        boundaries.reach("after the handler had returned, before its result counted");
        return result;
    }
}
