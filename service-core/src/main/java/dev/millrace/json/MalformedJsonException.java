package dev.millrace.json;

/** Bytes that are not one acceptable JSON document. The message completes the sentence "the file ...". */
public final class MalformedJsonException extends Exception {
    private static final long serialVersionUID = 1L;
    private final String reason;

    public MalformedJsonException(String reason) {
        super(reason);
        this.reason = reason;
    }

    /** What is wrong, completing "the file ...". */
    public String reason() {
        return reason;
    }
}
