package dev.millrace.worker;

import dev.millrace.event.Event;
import dev.millrace.event.EventSink;
import dev.millrace.queue.Claim;
import dev.millrace.queue.PayloadException;
import dev.millrace.queue.QueuePorts;
import dev.millrace.queue.Settlement;
import dev.millrace.queue.WorkerQueue;
import dev.millrace.task.Outcome;
import dev.millrace.task.TaskOrder;
import dev.millrace.task.TaskState;
import dev.millrace.time.Time;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Runs one attempt to its end: handler, outcome, settlement. */
final class Attempt {
    private static final Duration FIRST_WAIT = Duration.ofMillis(100);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

    private final HandlerRegistry handlers;
    private final ResultWriter results;
    private final Endings endings;
    private final WorkerQueue queue;
    private final Time time;
    private final EventSink events;
    private final Recently recently;

    Attempt(
            HandlerRegistry handlers,
            ResultWriter results,
            Endings endings,
            WorkerQueue queue,
            QueuePorts ports,
            Recently recently) {
        this.handlers = handlers;
        this.results = results;
        this.endings = endings;
        this.queue = queue;
        this.time = ports.time();
        this.events = ports.events();
        this.recently = recently;
    }

    /** The outcome of the handler; errors of every kind become one. */
    Outcome handle(RunningTask task) {
        Claim claim = task.claim();
        Optional<TaskHandler> handler = handlers.find(claim.document().kind());
        if (handler.isEmpty())
            return new Outcome.Failed(handlers.missing(claim.document().kind()), "");
        Optional<Outcome> unreadable = complete(task);
        if (unreadable.isPresent()) return unreadable.get();
        // Libraries that look for classes by the thread's loader must see the app's.
        Thread.currentThread().setContextClassLoader(handler.get().getClass().getClassLoader());
        task.handlerBegins();
        try {
            Object result = handler.get().handle(task);
            task.handlerEnded();
            return stopped(task)
                    .filter(stopped -> !(stopped instanceof Outcome.HandedBack))
                    .orElseGet(() -> done(task, result));
        } catch (Throwable thrown) {
            task.handlerEnded();
            return stopped(task).orElseGet(() -> endings.thrown(task, thrown));
        }
    }

    /** A large value that is missing or wrong fails its task for good; one that cannot be read now is waited for. */
    private Optional<Outcome> complete(RunningTask task) {
        try {
            task.complete(queue.resolved(task.claim()));
            return Optional.empty();
        } catch (PayloadException e) {
            return Optional.of(new Outcome.Failed(String.valueOf(e.getMessage()), ""));
        } catch (IOException e) {
            return Optional.of(new Outcome.Snoozed("a payload cannot be read now: " + e, LONGEST_WAIT));
        }
    }

    /** A handler that was told to stop has no result, whatever it returned or threw; only one that was to be given back has. */
    private Optional<Outcome> stopped(RunningTask task) {
        return task.stopped().map(stop -> stopped(task, stop, "", ""));
    }

    private Outcome stopped(RunningTask task, RunningTask.Stop stop, String more, String traceback) {
        return switch (stop.cause()) {
            case TIMEOUT -> endings.timedOut(task, stop.reason() + more, traceback);
            case LOST -> new Outcome.Failed(stop.reason() + more, traceback);
            case GIVEN_BACK -> new Outcome.HandedBack(stop.reason() + more);
            case CALLED_OFF -> new Outcome.Cancelled(stop.reason() + more);
        };
    }

    /** The outcome of a handler that does not hear that it must stop. */
    Outcome abandoned(RunningTask task, String traceback) {
        RunningTask.Stop stop = task.stopped().orElseThrow();
        return stopped(task, stop, "; the handler ignored the interrupt and still runs in its worker", traceback);
    }

    private Outcome done(RunningTask task, @Nullable Object result) {
        try {
            return new Outcome.Done(results.write(result), task.progressJson());
        } catch (ResultWriter.ResultException e) {
            return new Outcome.Failed(String.valueOf(e.getMessage()), Endings.traceback(e), task.progressJson());
        }
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
        boolean measured = due.isPresent() && claim.attempt() == 1 && !hasWaitedForOthers(claim);
        double waited = measured ? claimed - due.getAsLong() / 1e6 : 0;
        recently.ended(settled.state() == TaskState.DONE, waited, (time.nanos() - claim.claimedNanos()) / 1e9);
    }

    private static boolean hasWaitedForOthers(Claim claim) {
        return claim.document().body().hasNonNull("depends_on")
                || claim.document().body().hasNonNull("callback_of");
    }
}
