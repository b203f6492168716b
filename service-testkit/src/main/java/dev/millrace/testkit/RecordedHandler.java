package dev.millrace.testkit;

import dev.millrace.worker.SnoozeException;
import dev.millrace.worker.TaskContext;
import dev.millrace.worker.TaskHandler;
import org.jspecify.annotations.Nullable;

/** A handler under observation: the service knows that it runs, and what it throws. */
final class RecordedHandler implements TaskHandler {
    private final TaskHandler handler;
    private final Observer observer;

    RecordedHandler(TaskHandler handler, Observer observer) {
        this.handler = handler;
        this.observer = observer;
    }

    /** Who wants to know. */
    interface Observer {
        void begins();

        void failed(HandlerFailure failure);

        void ended();
    }

    @Override
    public @Nullable Object handle(TaskContext task) throws Exception {
        observer.begins();
        try {
            // As for any other handler, the loader is that of the app.
            Thread.currentThread().setContextClassLoader(handler.getClass().getClassLoader());
            return handler.handle(task);
        } catch (SnoozeException | GivenUp noFailure) {
            throw noFailure;
        } catch (Throwable thrown) {
            observer.failed(new HandlerFailure(task.id(), task.attempt(), thrown));
            throw thrown;
        } finally {
            observer.ended();
        }
    }
}
