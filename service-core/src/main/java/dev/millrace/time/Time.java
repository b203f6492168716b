package dev.millrace.time;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * The port for time: a wall clock for what is recorded, a monotonic clock for what is measured, and waiting.
 *
 * <p>The wall clock may jump either way at any moment. Nothing may conclude from it that a worker is dead or that a
 * deadline has passed; that is what {@link #nanos()} is for.
 */
public interface Time extends InstantSource {

    /** Monotonic nanoseconds since an arbitrary origin; only differences mean anything, and only within one process. */
    long nanos();

    /**
     * Waits for the given length of monotonic time. A stepped clock advances itself instead.
     *
     * @throws InterruptedException when the waiting thread is interrupted
     */
    void sleep(Duration length) throws InterruptedException;

    /** The wall clock as seconds since 1970 with microseconds, the form in which AGILAB's documents carry time. */
    default double epochSeconds() {
        return toEpochSeconds(instant());
    }

    /** An instant as seconds since 1970, rounded down to microseconds so that the number survives a round trip. */
    static double toEpochSeconds(Instant instant) {
        long micros = instant.getNano() / 1_000;
        return instant.getEpochSecond() + micros / 1e6;
    }

    /** The machine's own clocks. */
    static Time system() {
        return SystemTime.INSTANCE;
    }
}
