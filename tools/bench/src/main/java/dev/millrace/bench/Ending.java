package dev.millrace.bench;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C and SIGTERM: what is measured is broken off, and the process stays until workers are ended and folders removed.
 */
final class Ending {
    private static final int LONGEST_CLEAN_UP_SECONDS = 300;

    private final CountDownLatch over = new CountDownLatch(1);

    private Ending() {}

    /** Heeds the signals of this process; they interrupt the thread that measures. */
    static Ending interrupting(Thread bench) {
        Ending made = new Ending();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> made.signalled(bench), "bench-ending"));
        return made;
    }

    private void signalled(Thread bench) {
        if (over.getCount() == 0) return;
        bench.interrupt();
        try {
            over.await(LONGEST_CLEAN_UP_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Everything is printed and cleaned up. */
    void over() {
        over.countDown();
    }
}
