package dev.millrace.soak;

/** A command line that cannot be understood; the message says why. */
final class BadCommandLineException extends Exception {
    private static final long serialVersionUID = 1;

    BadCommandLineException(String message) {
        super(message);
    }
}
