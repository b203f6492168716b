package dev.millrace.bench;

/** A command line that cannot be understood. The message says what is wrong and what would be right. */
final class BadCommandLineException extends Exception {
    private static final long serialVersionUID = 1L;

    BadCommandLineException(String message) {
        super(message);
    }
}
