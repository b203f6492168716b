package dev.millrace.testkit;

import dev.millrace.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The clock that the queue sees: a nanosecond passes between two steps of its worker though time stands still, so that a
 * queue which lists a folder once in a nanosecond lists it once in each step.
 */
final class TickingClocks implements Time {
    private final SteppedTime clocks;
    private final AtomicLong ticks = new AtomicLong();

    TickingClocks(SteppedTime clocks) {
        this.clocks = clocks;
    }

    void tick() {
        ticks.incrementAndGet();
    }

    @Override
    public Instant instant() {
        return clocks.instant();
    }

    @Override
    public long nanos() {
        return clocks.nanos() + ticks.get();
    }

    @Override
    public void sleep(Duration length) throws InterruptedException {
        clocks.sleep(length);
    }
}
