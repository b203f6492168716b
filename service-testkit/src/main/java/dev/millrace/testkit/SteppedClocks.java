package dev.millrace.testkit;

import java.time.Duration;
import java.time.Instant;

final class SteppedClocks implements SteppedTime {
    private Instant wall;
    /** Not zero: nothing may take a monotonic reading for a length. */
    private long nanos = 1_000_000_000_000L;

    SteppedClocks(Instant wall) {
        this.wall = wall;
    }

    @Override
    public synchronized Instant instant() {
        return wall;
    }

    @Override
    public synchronized long nanos() {
        return nanos;
    }

    @Override
    public void sleep(Duration length) throws InterruptedException {
        if (Thread.interrupted()) throw new InterruptedException("interrupted before the sleep");
        if (!length.isNegative()) advance(length);
    }

    @Override
    public synchronized void advance(Duration length) {
        if (length.isNegative()) throw new IllegalArgumentException("time does not run back by " + length);
        wall = wall.plus(length);
        nanos += length.toNanos();
    }

    @Override
    public synchronized void jumpWallClock(Duration by) {
        wall = wall.plus(by);
    }
}
