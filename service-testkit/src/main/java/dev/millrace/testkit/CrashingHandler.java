package dev.millrace.testkit;

import dev.millrace.worker.TaskContext;
import dev.millrace.worker.TaskHandler;
import org.jspecify.annotations.Nullable;

/**
 * A handler whose runs of one task are watched by {@link Boundaries} until its worker has died; whatever else comes to it
 * runs as ever.
 */
final class CrashingHandler implements TaskHandler {
    private final TaskHandler handler;
    private final Boundaries boundaries;
    private final String watchedId;

    CrashingHandler(TaskHandler handler, Boundaries boundaries, String watchedId) {
        this.handler = handler;
        this.boundaries = boundaries;
        this.watchedId = watchedId;
    }

    @Override
    public @Nullable Object handle(TaskContext task) throws Exception {
        if (!task.id().equals(watchedId)) return handler.handle(task);
        boundaries.beginRun();
        if (boundaries.hasCrashed()) return handler.handle(task);
        Object result = watched(task);
        boundaries.reach("after the handler had returned, before its result counted");
        return result;
    }

    private @Nullable Object watched(TaskContext task) throws Exception {
        try {
            return handler.handle(boundaries.watched(task));
        } catch (Boundaries.WorkerDied | GivenUp notTheHandlers) {
            throw notTheHandlers;
        } catch (Throwable thrown) {
            boundaries.reach("after the handler had thrown, before that counted");
            throw thrown;
        }
    }
}
