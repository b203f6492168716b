package dev.millrace.testkit;

import dev.millrace.time.Time;
import java.time.Duration;
import java.time.Instant;

/**
 * Clocks that move only when they are told to. Safe for use by several threads.
 *
 * <p>The wall clock and the monotonic clock are two, as on a real machine: {@link #advance} moves both, {@link
 * #jumpWallClock} moves only what people call the time, as somebody does who sets a clock. {@link #sleep} advances both
 * and returns at once.
 */
public interface SteppedTime extends Time {

    /** Clocks that start on 1 January 2026, 12:00 UTC. */
    static SteppedTime create() {
        return startingAt(Instant.parse("2026-01-01T12:00:00Z"));
    }

    /** Clocks whose wall clock starts at a given moment. */
    static SteppedTime startingAt(Instant wallClock) {
        return new SteppedClocks(wallClock);
    }

    /**
     * Lets time pass on both clocks.
     *
     * @param length not negative
     */
    void advance(Duration length);

    /** Sets the wall clock forward, or back by a negative length; the monotonic clock does not notice. */
    void jumpWallClock(Duration by);
}
