package dev.millrace.task;

/** A task file that cannot be run; it is quarantined, never lost. The message completes the sentence "the file ...". */
public final class CorruptTaskException extends Exception {
    private static final long serialVersionUID = 1L;
    private final String reason;

    public CorruptTaskException(String reason) {
        super(reason);
        this.reason = reason;
    }

    /** What is wrong, completing "the file ...". */
    public String reason() {
        return reason;
    }
}
