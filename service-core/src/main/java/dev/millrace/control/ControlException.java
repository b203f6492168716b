package dev.millrace.control;

import java.util.Locale;

/** What was asked for cannot be done. Nothing was changed. */
public final class ControlException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why. */
    public enum Reason {
        /** There is no such service, or it must be named because there are several. */
        UNKNOWN_SERVICE,
        /** There is no such task. */
        UNKNOWN_TASK,
        /** What was given cannot be. */
        BAD_REQUEST;

        /** The word in answers. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Reason reason;

    public ControlException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
