package dev.millrace.cli;

import dev.millrace.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Ctrl-C (and SIGTERM, SIGHUP) for commands that must clean up after themselves.
 *
 * <p>A signal makes the virtual machine run its hooks while the command's thread goes on. The hook waits for a guarded
 * command until it has cleaned up, and lets every other die at once. The command's thread is never interrupted in the
 * usual way, because that breaks whatever it writes to disk at that moment: it learns of the signal at its next wait, and
 * every wait of the service goes through this clock. It learns of it once; the waits of the clean-up are whole again.
 */
final class Interruption implements Time {
    private static final Duration LONGEST_CLEAN_UP = Duration.ofSeconds(90);

    private final Time real;
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch finished = new CountDownLatch(1);
    private final AtomicBoolean told = new AtomicBoolean();
    private volatile boolean guarded;

    Interruption(Time real) {
        this.real = real;
    }

    /** Heeds the signals of this process. */
    static Interruption ofProcess() {
        Interruption made = new Interruption(Time.system());
        Runtime.getRuntime().addShutdownHook(new Thread(made::signalled, "millrace-interruption"));
        return made;
    }

    private void signalled() {
        asked.countDown();
        if (!guarded) return;
        try {
            finished.await(LONGEST_CLEAN_UP.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** From here on a signal lets the command clean up before the process ends. */
    void guard() {
        guarded = true;
    }

    /** The command has ended and printed everything. */
    void finished() {
        finished.countDown();
    }

    /** Tells of a signal, if there was one and nobody was told yet. */
    void check() throws InterruptedException {
        if (asked.getCount() == 0 && told.compareAndSet(false, true)) throw new InterruptedException("interrupted");
    }

    @Override
    public Instant instant() {
        return real.instant();
    }

    @Override
    public long nanos() {
        return real.nanos();
    }

    @Override
    public void sleep(Duration length) throws InterruptedException {
        check();
        if (told.get()) real.sleep(length);
        else if (asked.await(length.toNanos(), TimeUnit.NANOSECONDS)) check();
    }
}
