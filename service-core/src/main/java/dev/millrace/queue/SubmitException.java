package dev.millrace.queue;

import java.io.IOException;

/** A task could not be made durable. Nobody was told that it was accepted; the message says what to do. */
public final class SubmitException extends IOException {
    private static final long serialVersionUID = 1L;

    public SubmitException(String message, Throwable cause) {
        super(message, cause);
    }
}
