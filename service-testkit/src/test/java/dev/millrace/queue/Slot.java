package dev.millrace.queue;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;

/** Work on a thread of its own. */
record Slot<T>(FutureTask<T> end, Thread thread) {
    static <T> Slot<T> running(Callable<T> work) {
        FutureTask<T> end = new FutureTask<>(work);
        Thread thread = new Thread(end);
        thread.start();
        return new Slot<>(end, thread);
    }

    /** Until the thread waits for others. */
    void awaitWaiting() {
        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(2))
                .atMost(Duration.ofMinutes(1))
                .until(() -> thread.getState() == Thread.State.WAITING);
    }
}
