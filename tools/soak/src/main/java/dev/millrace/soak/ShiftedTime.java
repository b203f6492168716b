package dev.millrace.soak;

import dev.millrace.time.Time;
import java.time.Duration;
import java.time.Instant;

/** The system's clocks, with a wall clock that somebody sets. */
final class ShiftedTime implements Time {
    private final Time system;
    private volatile Duration offset = Duration.ZERO;

    ShiftedTime(Time system) {
        this.system = system;
    }

    void shift(Duration newOffset) {
        offset = newOffset;
    }

    @Override
    public Instant instant() {
        return system.instant().plus(offset);
    }

    @Override
    public long nanos() {
        return system.nanos();
    }

    @Override
    public void sleep(Duration length) throws InterruptedException {
        system.sleep(length);
    }
}
