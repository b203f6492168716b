package dev.millrace.healthcheck;

import java.util.concurrent.ExecutionException;

/** What is told of an exception. */
final class ErrorText {
    private static final String OURS = "dev.millrace.";

    private ErrorText() {}

    /** Our own messages speak for themselves; Java's often are a bare path, so their kind goes before them. */
    static String of(Exception e) {
        Throwable told = e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e;
        String message = told.getMessage();
        String kind = told.getClass().getSimpleName();
        if (message == null || message.isBlank()) return kind;
        return told.getClass().getName().startsWith(OURS) ? message : kind + ": " + message;
    }
}
