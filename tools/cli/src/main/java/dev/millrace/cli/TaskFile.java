package dev.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.schema.DocumentSchema;
import dev.millrace.task.CorruptTaskException;
import dev.millrace.task.InvalidTaskException;
import dev.millrace.task.Task;
import dev.millrace.task.TaskDocument;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A task document as a file, to be submitted: one that somebody wrote, or one that ran before. */
final class TaskFile {
    /** What a task gets anew with each submit, and what its last run left in the document. */
    private static final Set<String> NOT_TAKEN_OVER = Set.of(
            "schema",
            "task_id",
            "created_at",
            "claim",
            "status",
            "finished_at",
            "runtime",
            "worker_id",
            "worker_name",
            "result",
            "logs",
            "error",
            "error_class",
            "timed_out",
            "traceback",
            "recovery",
            "attempt",
            "attempts",
            "progress",
            "waits_for",
            "callback_of");

    /** One line of a terminal or three. */
    private static final int MOST_SHOWN = 3;

    private TaskFile() {}

    static Task read(String file, Shell shell) throws CommandException {
        return task(file, JsonInput.object("--file", "@" + file, shell));
    }

    /** Task documents, one a line. */
    static List<Task> readLines(String file, Shell shell) throws CommandException {
        List<Task> tasks = new ArrayList<>();
        String[] lines = JsonInput.lines("--file", file, shell);
        for (int i = 0; i < lines.length; i++) {
            if (lines[i].isBlank()) continue;
            String where = file + " line " + (i + 1);
            try {
                tasks.add(task(where, JsonInput.objectIn("--file: " + where, lines[i])));
            } catch (InvalidTaskException e) {
                throw CommandException.badCommandLine("--file: " + where + ": " + e.getMessage(), "mend that line");
            }
        }
        return tasks;
    }

    private static Task task(String file, ObjectNode document) throws CommandException {
        JsonNode schema = document.path("schema");
        if (!schema.isMissingNode() && !schema.asText("").equals(TaskDocument.SCHEMA))
            throw CommandException.badCommandLine(
                    "--file: " + file + " is not a " + TaskDocument.SCHEMA + " but " + Shown.value(schema),
                    "millrace validate " + file);
        requireValid(file, document);
        JsonNode id = document.path("task_id");
        document.remove(List.copyOf(NOT_TAKEN_OVER));
        Task task = Task.ofDefaultKind();
        for (Map.Entry<String, JsonNode> entry : document.properties())
            task = task.with(entry.getKey(), entry.getValue());
        return id.isTextual() && !id.textValue().isEmpty() ? task.id(id.textValue()) : task;
    }

    /**
     * Whoever wrote it learns before anything is queued what is wrong, and all of it at once. Finding that out with the
     * schema costs a cold start a third more, so only what the reader refuses is put to it; a test holds both to the same.
     */
    private static void requireValid(String file, ObjectNode document) throws CommandException {
        ObjectNode complete = document.deepCopy().put("schema", TaskDocument.SCHEMA);
        try {
            TaskDocument.checked(complete);
        } catch (CorruptTaskException e) {
            List<String> problems = DocumentSchema.TASK.problems(complete);
            throw CommandException.badCommandLine(
                    "--file: " + file + " is not a task that a worker could run: "
                            + Shown.line(problems.isEmpty() ? e.reason() : shown(problems)),
                    "millrace validate " + file);
        }
    }

    private static String shown(List<String> problems) {
        int left = problems.size() - MOST_SHOWN;
        String first = String.join("; ", problems.subList(0, Math.min(MOST_SHOWN, problems.size())));
        return left > 0 ? first + "; and " + left + " more" : first;
    }
}
