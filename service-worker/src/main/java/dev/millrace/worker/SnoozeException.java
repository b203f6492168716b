package dev.millrace.worker;

import java.time.Duration;

/**
 * Thrown by a handler that cannot do its task yet, though nothing failed: what it needs is not there. The task waits and is
 * then run again, without having spent an attempt, so it may be put off without end.
 */
public final class SnoozeException extends AttemptException {
    private static final long serialVersionUID = 1L;
    private final Duration delay;

    /**
     * @param delay how long to wait; positive
     * @param message what it waits for
     */
    public SnoozeException(Duration delay, String message) {
        super(message, null);
        this.delay = positive(delay);
    }

    static Duration positive(Duration delay) {
        if (delay.isZero() || delay.isNegative())
            throw new IllegalArgumentException("a delay of " + delay + " must be positive");
        return delay;
    }

    /** How long to wait. */
    public Duration delay() {
        return delay;
    }
}
