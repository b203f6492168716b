package dev.millrace.soak;

/** A run went no further; the message says where it stood. */
final class HungException extends Exception {
    private static final long serialVersionUID = 1;

    HungException(String message) {
        super(message);
    }
}
