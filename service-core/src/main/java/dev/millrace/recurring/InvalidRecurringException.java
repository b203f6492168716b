package dev.millrace.recurring;

/** A recurring task that cannot be. The message names it, the key, the value, and what would be right. */
public final class InvalidRecurringException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;
    private final String key;
    private final String problem;

    /** What is wrong with one key; {@code problem} completes "key ...". An empty key means the whole. */
    public InvalidRecurringException(String name, String key, String problem) {
        super(subject(name, key) + problem);
        this.key = key;
        this.problem = problem;
    }

    private static String subject(String name, String key) {
        String task = name.isEmpty() ? "" : "recurring task '" + name + "'";
        if (key.isEmpty()) return task.isEmpty() ? "" : task + " ";
        return task.isEmpty() ? key + " " : task + ": " + key + " ";
    }

    /** The same, of a recurring task with this name. */
    InvalidRecurringException of(String name) {
        return new InvalidRecurringException(name, key, problem);
    }

    /** The key as it is spelled in TOML; empty when no single key is meant. */
    public String key() {
        return key;
    }

    /** What is wrong and what would be right, completing "key ...". */
    public String problem() {
        return problem;
    }
}
