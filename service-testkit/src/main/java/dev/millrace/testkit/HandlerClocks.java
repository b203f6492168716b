package dev.millrace.testkit;

import java.time.Duration;
import java.time.Instant;

/** The clock that a test and its handlers see: when it moves, the service notices. */
final class HandlerClocks implements SteppedTime {
    private final SteppedTime clocks;
    private final Passing passing;

    HandlerClocks(SteppedTime clocks, Passing passing) {
        this.clocks = clocks;
        this.passing = passing;
    }

    /** What happens while time passes. */
    interface Passing {
        void advance(Duration length);

        void sleep(Duration length) throws InterruptedException;
    }

    @Override
    public Instant instant() {
        return clocks.instant();
    }

    @Override
    public long nanos() {
        return clocks.nanos();
    }

    @Override
    public void sleep(Duration length) throws InterruptedException {
        if (Thread.interrupted()) throw new InterruptedException("interrupted before the sleep");
        if (!length.isNegative()) passing.sleep(length);
    }

    @Override
    public void advance(Duration length) {
        if (length.isNegative()) throw new IllegalArgumentException("time does not run back by " + length);
        passing.advance(length);
    }

    @Override
    public void jumpWallClock(Duration by) {
        clocks.jumpWallClock(by);
    }
}
