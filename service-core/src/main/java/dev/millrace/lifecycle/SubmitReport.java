package dev.millrace.lifecycle;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.queue.RetentionReport;
import dev.millrace.queue.Submission;
import java.nio.file.Path;
import java.util.List;

/**
 * The answer to a plan's submission.
 *
 * @param taskId the id that all its tasks bear
 * @param taskName its name
 * @param workers the workers of the service
 * @param tasks what was queued
 * @param queueDir the queue's folder
 * @param cleanup what retention removed meanwhile; the steward does that work, so nothing
 */
public record SubmitReport(
        String taskId,
        String taskName,
        List<String> workers,
        List<Submission> tasks,
        Path queueDir,
        RetentionReport cleanup) {
    public SubmitReport {
        workers = List.copyOf(workers);
        tasks = List.copyOf(tasks);
    }

    /** The answer in AGILAB's form. */
    public ObjectNode toJson() {
        ObjectNode json = Json.object();
        json.put("status", "queued");
        json.put("task_id", taskId);
        json.put("task_name", taskName);
        json.set("workers", Json.tree(workers));
        ArrayNode files = json.putArray("queued_files");
        for (Submission task : tasks) files.add(task.file().toString());
        json.put("queue_dir", queueDir.toString());
        ObjectNode removed = json.putObject("cleanup");
        removed.put("done", cleanup.done());
        removed.put("failed", cleanup.failed());
        removed.put("heartbeats", cleanup.heartbeats());
        return json;
    }
}
