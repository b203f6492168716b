package dev.millrace.task;

import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * What people and programs call a task: 1 to 100 letters, digits, dots, underscores or dashes, starting with a letter
 * or digit.
 *
 * @param value the text
 */
public record TaskId(String value) {
    /** The longest id. */
    public static final int MAX_LENGTH = 100;

    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]*");
    private static final String ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
    private static final int LENGTH = 16;

    public TaskId {
        if (value.length() > MAX_LENGTH)
            throw new InvalidTaskException(
                    "task_id", shortened(value), "is " + value.length() + " characters long; at most " + MAX_LENGTH);
        if (!FORM.matcher(value).matches() || value.contains(".."))
            throw new InvalidTaskException(
                    "task_id",
                    value,
                    "may hold only letters, digits, single '.', '_' and '-', and starts with a letter or digit");
    }

    private static String shortened(String value) {
        return value.substring(0, 32) + "...";
    }

    /** A new id with 80 random bits, in an alphabet without look-alikes. */
    public static TaskId random(RandomGenerator random) {
        StringBuilder id = new StringBuilder(LENGTH);
        for (int i = 0; i < LENGTH; i++) id.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        return new TaskId(id.toString());
    }

    @Override
    public String toString() {
        return value;
    }
}
