package dev.millrace.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ends the process when its end takes too long. Whoever waits for a disk that does not answer hears of nothing; and a daemon
 * that is killed costs its socket only.
 */
final class LastResort implements AutoCloseable {
    /** More than an orderly end takes when calls have to be waited for. */
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private static final long WORD_MILLIS = 1_000;

    private final CountDownLatch over = new CountDownLatch(1);
    private final Duration patience;
    private final Runnable halt;
    private boolean armed;

    LastResort(Duration patience, Runnable halt) {
        this.patience = patience;
        this.halt = halt;
    }

    static LastResort ofThisProcess() {
        return new LastResort(PATIENCE, () -> Runtime.getRuntime().halt(ExitCode.FAILED.code()));
    }

    /**
     * From now on there is only so much time; told again, it does nothing.
     *
     * @param word says that it comes to this; not waited for when it hangs as well
     */
    synchronized void arm(Runnable word) {
        if (armed) return;
        armed = true;
        begun(() -> await(word));
    }

    private void await(Runnable word) {
        try {
            if (over.await(patience.toMillis(), TimeUnit.MILLISECONDS)) return;
            begun(word).join(WORD_MILLIS);
            halt.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Thread begun(Runnable work) {
        Thread thread = new Thread(work, "millrace-last-resort");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** It has ended in time. */
    @Override
    public void close() {
        over.countDown();
    }
}
