package dev.millrace.worker;

/** Thrown by a handler whose task cannot succeed, however often it is tried: it fails now, with attempts left. */
public final class NoRetryException extends AttemptException {
    private static final long serialVersionUID = 1L;

    /** @param message why; becomes the task's error */
    public NoRetryException(String message) {
        super(message, null);
    }

    /**
     * @param message why; becomes the task's error
     * @param cause what happened
     */
    public NoRetryException(String message, Throwable cause) {
        super(message, cause);
    }
}
