package dev.millrace.queue;

import dev.millrace.task.TaskId;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The id of a task that is a step of a job: {@code <job>.<run>.<step>}. So a task's name tells its job, and a worker need
 * not open the file to see that the job is held back.
 *
 * @param job the job's name: 1 to 44 letters, digits, dashes or underscores, starting with a letter or digit
 * @param run which run of the job it belongs to, 1 or more
 * @param step the step's name, of the job's form
 */
public record JobTaskId(String job, int run, String step) {
    /** The key of a document that says which step it is. */
    public static final String KEY = "job";

    /** The longest name of a job and of a step. */
    public static final int MAX_LENGTH = 44;

    private static final String NAME = "[A-Za-z0-9][A-Za-z0-9_-]{0," + (MAX_LENGTH - 1) + "}";
    private static final Pattern FORM = Pattern.compile("(" + NAME + ")\\.([1-9][0-9]{0,8})\\.(" + NAME + ")");
    private static final Pattern NAME_FORM = Pattern.compile(NAME);

    /** @throws IllegalArgumentException when a name or the run cannot be */
    public JobTaskId {
        if (!isName(job)) throw new IllegalArgumentException("job name '" + job + "' is not fit");
        if (!isName(step)) throw new IllegalArgumentException("step name '" + step + "' is not fit");
        if (run < 1) throw new IllegalArgumentException("run " + run + " must be at least 1");
    }

    /** Whether a text can be the name of a job or a step. */
    public static boolean isName(String text) {
        return NAME_FORM.matcher(text).matches();
    }

    /** Reads an id; empty when it is not that of a step. */
    public static Optional<JobTaskId> parse(String id) {
        if (id.length() > TaskId.MAX_LENGTH + MAX_LENGTH) return Optional.empty();
        Matcher parts = FORM.matcher(id);
        return parts.matches()
                ? Optional.of(new JobTaskId(parts.group(1), Integer.parseInt(parts.group(2)), parts.group(3)))
                : Optional.empty();
    }

    /** As it stands in names. */
    public String text() {
        return job + "." + run + "." + step;
    }
}
