package dev.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
        JsonNode id = document.path("task_id");
        document.remove(List.copyOf(NOT_TAKEN_OVER));
        Task task = Task.ofDefaultKind();
        for (Map.Entry<String, JsonNode> entry : document.properties())
            task = task.with(entry.getKey(), entry.getValue());
        return id.isTextual() && !id.textValue().isEmpty() ? task.id(id.textValue()) : task;
    }
}
