package dev.millrace.queue;

/** A large value cannot be kept, or what was kept is not what it should be. The message names key, file and way out. */
public final class PayloadException extends Exception {
    private static final long serialVersionUID = 1L;

    public PayloadException(String message) {
        super(message);
    }
}
