package dev.millrace.lifecycle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.liveness.WorkerName;
import dev.millrace.task.ChunkWrapper;
import dev.millrace.task.Task;
import dev.millrace.task.TaskId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Cuts a plan into tasks as AGILAB does: share i goes to worker i, wrapped. Unlike AGILAB's, no share is left over when
 * there are more shares than workers (they go round), and no worker gets a task without a share.
 */
final class PlanTasks {
    private static final int LONGEST_ID = 60;
    private static final int LONGEST_WORKER = 30;

    private final PlanSubmission plan;
    private final String taskId;
    private final ObjectNode args;

    PlanTasks(PlanSubmission plan, String taskId, ObjectNode args) {
        this.plan = plan;
        this.taskId = new TaskId(taskId).value();
        this.args = args;
        if (taskId.length() > LONGEST_ID)
            throw new dev.millrace.task.InvalidTaskException(
                    "task_id", taskId, "of a plan may be at most " + LONGEST_ID + " characters long");
    }

    List<Task> forWorkers(List<WorkerEntry> workers) {
        int shares = Math.max(length(plan.plan()), length(plan.metadata()));
        int count = isCut() ? Math.max(shares, shares == 0 ? workers.size() : 0) : workers.size();
        List<Task> tasks = new ArrayList<>();
        for (int i = 0; i < count; i++) tasks.add(task(i, workers.get(i % workers.size())));
        return tasks;
    }

    /** Anything that is not a list goes unwrapped to every worker. */
    private boolean isCut() {
        return plan.plan().map(JsonNode::isArray).orElse(true);
    }

    private static int length(Optional<JsonNode> value) {
        return value.filter(JsonNode::isArray).map(JsonNode::size).orElse(0);
    }

    private Task task(int index, WorkerEntry worker) {
        String safe = WorkerName.safe(worker.name());
        String shortWorker = safe.length() > LONGEST_WORKER ? safe.substring(0, LONGEST_WORKER) : safe;
        return Task.ofDefaultKind()
                .id(String.format("%s-%03d-%s", taskId, index, shortWorker))
                .with("task_id", taskId)
                .name(plan.taskName())
                .worker(worker.name())
                .plan(share(plan.plan(), index))
                .metadata(share(plan.metadata(), index))
                .with("args", args);
    }

    private static JsonNode share(Optional<JsonNode> value, int index) {
        ArrayNode nothing = Json.MAPPER.createArrayNode();
        JsonNode whole = value.orElse(nothing);
        if (!whole.isArray()) return whole;
        JsonNode chunk = index < whole.size() ? whole.get(index) : nothing;
        return ChunkWrapper.wrap(chunk, index, whole.size());
    }
}
