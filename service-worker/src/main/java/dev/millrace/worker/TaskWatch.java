package dev.millrace.worker;

import dev.millrace.event.Event;
import dev.millrace.queue.QueuePorts;
import dev.millrace.queue.WorkerQueue;
import dev.millrace.worker.RunningTask.Stop;
import dev.millrace.worker.RunningTask.Stop.Cause;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.Executor;

/** Tells handlers that they must come to an end: their time is up, they are called off, or another has their task. */
final class TaskWatch {
    private static final Duration LOOK_EVERY = Duration.ofMillis(250);
    private static final Duration CHECK_CLAIMS_EVERY = Duration.ofSeconds(1);

    private final WorkerQueue queue;
    private final QueuePorts ports;
    private final Executor callbacks;
    private long looked;
    private long checkedClaims;

    /** @param callbacks where handlers' callbacks run; nothing that they do may hold up the watch */
    TaskWatch(WorkerQueue queue, QueuePorts ports, Executor callbacks) {
        this.queue = queue;
        this.ports = ports;
        this.callbacks = callbacks;
        this.looked = ports.time().nanos();
        this.checkedClaims = looked;
    }

    /** Looks now and then; false when it is not time. */
    boolean step(Collection<RunningTask> running) {
        long now = ports.time().nanos();
        if (running.isEmpty() || now - looked < LOOK_EVERY.toNanos()) return false;
        looked = now;
        for (RunningTask task : running) {
            if (task.isSoftOverdue()) ask(task);
            queue.cancelRequest(task.claim()).ifPresent(reason -> stop(task, calledOff(reason)));
            task.overdue().ifPresent(limit -> stop(task, new Stop(Cause.TIMEOUT, timedOut(limit))));
            task.interruptWhenDue();
        }
        if (now - checkedClaims >= CHECK_CLAIMS_EVERY.toNanos()) checkClaims(running, now);
        return true;
    }

    private static String timedOut(Duration limit) {
        return "timed out after " + limit.toMillis() / 1e3 + " s (timeout_sec)";
    }

    private static Stop calledOff(String reason) {
        return new Stop(Cause.CALLED_OFF, reason.isEmpty() ? "called off" : reason);
    }

    /** Its worker is drained, and others shall run it. */
    void giveBack(RunningTask task, String reason) {
        stop(task, new Stop(Cause.GIVEN_BACK, reason));
    }

    private void ask(RunningTask task) {
        for (Runnable callback : task.askToStop()) callbacks.execute(() -> task.callBack(callback));
    }

    private void stop(RunningTask task, Stop why) {
        task.stop(why);
        ask(task);
    }

    private void checkClaims(Collection<RunningTask> running, long now) {
        checkedClaims = now;
        try {
            for (RunningTask task : running)
                if (task.isInHandler() && !queue.stillHolds(task.claim()))
                    stop(
                            task,
                            new Stop(
                                    Cause.LOST,
                                    "lost: the task was taken from this worker, which had been silent for too long"));
        } catch (IOException e) {
            ports.events().accept(new Event.Trouble("cannot check claims now", e));
        }
    }
}
