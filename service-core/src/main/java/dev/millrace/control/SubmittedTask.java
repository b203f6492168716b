package dev.millrace.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.task.InvalidTaskException;
import dev.millrace.task.Task;
import dev.millrace.task.TaskDocument;
import java.util.List;
import java.util.Map;

/** A task document that somebody wrote, or one that ran before, to be submitted. */
public interface SubmittedTask {
    /** What a task gets anew with each submit, and what its last run left in the document. */
    List<String> NOT_TAKEN_OVER = List.of(
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
            "begun",
            "frame",
            "traceback",
            "recovery",
            "attempt",
            "attempts",
            "progress",
            "waits_for",
            "callback_of");

    /**
     * The task; its id is {@code task_id}, else a new one.
     *
     * @throws InvalidTaskException naming the key that is wrong
     */
    static Task of(ObjectNode document) {
        JsonNode schema = document.path("schema");
        if (!schema.isMissingNode() && !schema.asText("").equals(TaskDocument.SCHEMA))
            throw new InvalidTaskException("schema", schema.toString(), "must be " + TaskDocument.SCHEMA);
        JsonNode id = document.path("task_id");
        ObjectNode keys = document.deepCopy();
        keys.remove(NOT_TAKEN_OVER);
        Task task = Task.ofDefaultKind();
        for (Map.Entry<String, JsonNode> entry : keys.properties()) task = task.with(entry.getKey(), entry.getValue());
        return id.isTextual() && !id.textValue().isEmpty() ? task.id(id.textValue()) : task;
    }
}
