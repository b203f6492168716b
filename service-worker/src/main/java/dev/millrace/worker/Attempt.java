package dev.millrace.worker;

import dev.millrace.event.Event;
import dev.millrace.event.EventSink;
import dev.millrace.queue.Claim;
import dev.millrace.queue.Settlement;
import dev.millrace.queue.WorkerQueue;
import dev.millrace.task.Outcome;
import dev.millrace.task.TaskOrder;
import dev.millrace.task.TaskState;
import dev.millrace.time.Time;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Runs one attempt to its end: handler, outcome, settlement. */
final class Attempt {
    private static final int TRACEBACK_LIMIT = 32_000;
    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final Duration LONGEST_RETRY = Duration.ofMinutes(1);
    private static final Duration FIRST_WAIT = Duration.ofMillis(100);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

    private final HandlerRegistry handlers;
    private final ResultWriter results;
    private final WorkerQueue queue;
    private final Time time;
    private final EventSink events;
    private final Recently recently;

    Attempt(
            HandlerRegistry handlers,
            ResultWriter results,
            WorkerQueue queue,
            Time time,
            EventSink events,
            Recently recently) {
        this.handlers = handlers;
        this.results = results;
        this.queue = queue;
        this.time = time;
        this.events = events;
        this.recently = recently;
    }

    /** The outcome of the handler; errors of every kind become one. */
    Outcome handle(RunningTask task) {
        Claim claim = task.claim();
        Optional<TaskHandler> handler = handlers.find(claim.document().kind());
        if (handler.isEmpty())
            return new Outcome.Failed(handlers.missing(claim.document().kind()), "");
        // Libraries that look for classes by the thread's loader must see the app's.
        Thread.currentThread().setContextClassLoader(handler.get().getClass().getClassLoader());
        task.handlerBegins();
        try {
            Object result = handler.get().handle(task);
            task.handlerEnded();
            return task.stopped().orElseGet(() -> done(result));
        } catch (Throwable thrown) {
            task.handlerEnded();
            return task.stopped().orElseGet(() -> failure(claim, thrown));
        }
    }

    private Outcome done(@org.jspecify.annotations.Nullable Object result) {
        try {
            return new Outcome.Done(results.write(result));
        } catch (ResultWriter.ResultException e) {
            return new Outcome.Failed(String.valueOf(e.getMessage()), traceback(e));
        }
    }

    private static Outcome failure(Claim claim, Throwable thrown) {
        String error = thrown.getMessage() == null || thrown.getMessage().isBlank()
                ? thrown.getClass().getName()
                : thrown.getClass().getSimpleName() + ": " + thrown.getMessage();
        OptionalInt most = claim.document().maxAttempts();
        if (most.isPresent() && claim.attempt() < most.getAsInt())
            return new Outcome.Retry(error, retryDelay(claim.attempt()));
        return new Outcome.Failed(error, traceback(thrown));
    }

    private static Duration retryDelay(int attempt) {
        Duration delay = FIRST_RETRY.multipliedBy(1L << Math.min(attempt - 1, 10));
        return delay.compareTo(LONGEST_RETRY) > 0 ? LONGEST_RETRY : delay;
    }

    private static String traceback(Throwable thrown) {
        StringWriter text = new StringWriter();
        try {
            thrown.printStackTrace(new PrintWriter(text, true));
        } catch (RuntimeException brokenMessage) {
            text.append(thrown.getClass().getName());
        }
        String whole = text.toString();
        return whole.length() <= TRACEBACK_LIMIT ? whole : whole.substring(0, TRACEBACK_LIMIT) + "\n... shortened";
    }

    /**
     * Settles until the disk takes it: while it does not (full, failing), the result is kept and the slot stays busy, for
     * nothing that a handler did may be lost while its worker lives.
     */
    void settle(RunningTask task, Outcome outcome) throws InterruptedException {
        Duration wait = FIRST_WAIT;
        while (true) {
            try {
                note(task.claim(), queue.settle(task.claim(), outcome));
                return;
            } catch (IOException e) {
                events.accept(new Event.Trouble(
                        "cannot settle " + task.claim().stem() + " now; its worker waits and tries again", e));
            }
            time.sleep(wait);
            wait = wait.compareTo(LONGEST_WAIT) < 0 ? wait.multipliedBy(2) : LONGEST_WAIT;
        }
    }

    private void note(Claim claim, Settlement settlement) {
        if (!(settlement instanceof Settlement.Settled settled)) return;
        double claimed = Time.toEpochSeconds(claim.claimedAt());
        OptionalLong due = TaskOrder.dueMicrosOf(claim.stem());
        double waited = due.isPresent() && claim.attempt() == 1 ? claimed - due.getAsLong() / 1e6 : 0;
        recently.ended(settled.state() == TaskState.DONE, waited, (time.nanos() - claim.claimedNanos()) / 1e9);
    }
}
