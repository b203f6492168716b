package dev.millrace.worker;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Thrown by a handler that failed and knows when another attempt is worth it, for example because it was told so ("429,
 * Retry-After: 30"). The delay takes the place of the policy's, exactly. It spends an attempt; after the last one, or when
 * the policy allows no other, the task fails.
 */
public final class RetryAfterException extends AttemptException {
    private static final long serialVersionUID = 1L;
    private final Duration delay;

    /**
     * @param delay how long to wait; positive
     * @param message why; becomes the attempt's reason
     */
    public RetryAfterException(Duration delay, String message) {
        this(delay, message, null);
    }

    /**
     * @param delay how long to wait; positive
     * @param message why; becomes the attempt's reason
     * @param cause what happened
     */
    public RetryAfterException(Duration delay, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.delay = SnoozeException.positive(delay);
    }

    /** How long to wait. */
    public Duration delay() {
        return delay;
    }
}
