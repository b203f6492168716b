package dev.millrace.soak;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Ctrl-C and SIGTERM: the soak is broken off, and the process stays until those that it started are ended. */
final class Ending {
    private static final int LONGEST_CLEAN_UP_SECONDS = 300;

    private final CountDownLatch over = new CountDownLatch(1);

    private Ending() {}

    /** Heeds the signals of this process; they interrupt the thread that soaks. */
    static Ending interrupting(Thread soak) {
        Ending made = new Ending();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> made.signalled(soak), "soak-ending"));
        return made;
    }

    private void signalled(Thread soak) {
        if (over.getCount() == 0) return;
        soak.interrupt();
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
