package dev.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.control.SubmittedTask;
import dev.millrace.schema.DocumentSchema;
import dev.millrace.task.CorruptTaskException;
import dev.millrace.task.InvalidTaskException;
import dev.millrace.task.Task;
import dev.millrace.task.TaskDocument;
import java.util.ArrayList;
import java.util.List;

/** A task document as a file, to be submitted: one that somebody wrote, or one that ran before. */
final class TaskFile {
    /** One line of a terminal or three. */
    private static final int MOST_SHOWN = 3;

    private static final String MEND = "mend that line";

    private TaskFile() {}

    static Task read(String file, Shell shell) throws CommandException {
        return task(file, "millrace validate " + file, JsonInput.object("--file", "@" + file, shell));
    }

    /** Task documents, one a line. */
    static List<Task> readLines(String file, Shell shell) throws CommandException {
        List<Task> tasks = new ArrayList<>();
        String[] lines = JsonInput.lines("--file", file, shell);
        for (int i = 0; i < lines.length; i++) {
            if (lines[i].isBlank()) continue;
            String where = file + " line " + (i + 1);
            try {
                tasks.add(task(where, MEND, JsonInput.objectIn("--file: " + where, lines[i])));
            } catch (InvalidTaskException e) {
                throw CommandException.badCommandLine("--file: " + where + ": " + e.getMessage(), MEND);
            }
        }
        return tasks;
    }

    private static Task task(String file, String next, ObjectNode document) throws CommandException {
        JsonNode schema = document.path("schema");
        if (!schema.isMissingNode() && !schema.asText("").equals(TaskDocument.SCHEMA))
            throw CommandException.badCommandLine(
                    "--file: " + file + " is not a " + TaskDocument.SCHEMA + " but " + Shown.value(schema), next);
        requireValid(file, next, document);
        return SubmittedTask.of(document);
    }

    /**
     * Whoever wrote it learns before anything is queued what is wrong, and all of it at once. Finding that out with the
     * schema costs a cold start a third more, so only what the reader refuses is put to it; a test holds both to the same.
     */
    private static void requireValid(String file, String next, ObjectNode document) throws CommandException {
        ObjectNode complete = document.deepCopy().put("schema", TaskDocument.SCHEMA);
        try {
            TaskDocument.checked(complete);
        } catch (CorruptTaskException e) {
            List<String> problems = DocumentSchema.TASK.problems(complete);
            throw CommandException.badCommandLine(
                    "--file: " + file + " is not a task that a worker could run: "
                            + Shown.line(problems.isEmpty() ? e.reason() : shown(problems)),
                    next);
        }
    }

    private static String shown(List<String> problems) {
        int left = problems.size() - MOST_SHOWN;
        String first = String.join("; ", problems.subList(0, Math.min(MOST_SHOWN, problems.size())));
        return left > 0 ? first + "; and " + left + " more" : first;
    }
}
