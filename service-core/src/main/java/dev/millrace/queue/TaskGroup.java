package dev.millrace.queue;

import dev.millrace.task.InvalidTaskException;
import dev.millrace.task.Task;
import java.util.List;

/**
 * Tasks that belong together, and one more that runs once when all of them have ended, however they ended.
 *
 * @param name for people, 1 to 1000 characters; need not be unique
 * @param tasks at least one; they may depend on each other
 * @param callback its handler finds what the tasks came to in its context; must not depend on others itself
 */
public record TaskGroup(String name, List<Task> tasks, Task callback) {
    private static final int LONGEST = 1_000;

    /** @throws InvalidTaskException when the name, the number of tasks or the callback cannot be */
    public TaskGroup {
        tasks = List.copyOf(tasks);
        int length = name.codePointCount(0, name.length());
        if (name.isBlank() || length > LONGEST)
            throw new InvalidTaskException(
                    "group", shortened(name), "must be text of 1 to " + LONGEST + " characters, not " + length);
        if (tasks.isEmpty()) throw new InvalidTaskException("group", shortened(name), "needs at least one task");
        for (String key : List.of("depends_on", "unique_key"))
            if (callback.keys().hasNonNull(key))
                throw new InvalidTaskException(
                        key,
                        callback.keys().get(key).toString(),
                        "cannot stand in the callback of a group, which waits for its group alone");
    }

    private static String shortened(String name) {
        return name.length() <= 60 ? name : name.substring(0, 60) + "...";
    }
}
