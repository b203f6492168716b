package dev.millrace.task;

/** A task that is refused at submit; nothing was written. */
public final class InvalidTaskException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;
    private final String key;

    /**
     * @param key the document key that is wrong
     * @param value what it was, shortened
     * @param problem what is wrong and what would be right, completing "key 'value' ..."
     */
    public InvalidTaskException(String key, String value, String problem) {
        super(key + " '" + value + "' " + problem);
        this.key = key;
    }

    /** The document key that is wrong. */
    public String key() {
        return key;
    }
}
