package dev.millrace.worker;

import org.jspecify.annotations.Nullable;

/**
 * What a handler throws to say itself how its task goes on; any other exception leaves that to the task's retry policy.
 * It counts also as the cause of another exception; the outermost one decides.
 */
public abstract sealed class AttemptException extends RuntimeException
        permits NoRetryException, RetryAfterException, SnoozeException {
    private static final long serialVersionUID = 1L;

    AttemptException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
