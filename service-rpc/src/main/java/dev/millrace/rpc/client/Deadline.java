package dev.millrace.rpc.client;

import dev.millrace.rpc.client.DaemonTimeoutException.Phase;
import dev.millrace.time.Time;
import java.time.Duration;

/** A moment by which all must be done. */
record Deadline(Time time, long endNanos, Duration length) {
    static Deadline after(Duration length, Time time) {
        return new Deadline(time, time.nanos() + length.toNanos(), length);
    }

    /** The earlier of this and a moment that is so far away. */
    Deadline within(Duration shorter) {
        return shorter.toNanos() < left() ? after(shorter, time) : this;
    }

    /** Nanoseconds; none when it has passed. */
    long left() {
        return Math.max(0, endNanos - time.nanos());
    }

    /** What is left in whole milliseconds, at least one. */
    long leftMillis(Phase phase, String what) throws DaemonTimeoutException {
        return Math.max(1, leftNanos(phase, what) / 1_000_000);
    }

    long leftNanos(Phase phase, String what) throws DaemonTimeoutException {
        long left = left();
        if (left == 0) throw passed(phase, what);
        return left;
    }

    DaemonTimeoutException passed(Phase phase, String what) {
        return new DaemonTimeoutException(phase, what + " within " + length.toMillis() + " ms");
    }
}
