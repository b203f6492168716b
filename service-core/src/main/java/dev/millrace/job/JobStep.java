package dev.millrace.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.job.JobException.Reason;
import dev.millrace.json.Json;
import dev.millrace.queue.JobTaskId;
import dev.millrace.task.InvalidTaskException;
import dev.millrace.task.Task;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One step of a job: a task and the steps that must be done before it.
 *
 * @param name unique in its job; letters, digits, dashes and underscores
 * @param dependsOn names of other steps
 * @param keys the keys of its task's document but for those that the job writes
 */
public record JobStep(String name, List<String> dependsOn, ObjectNode keys) {
    private static final Set<String> THE_JOBS = Set.of(
            "task_id",
            "schema",
            "created_at",
            "group",
            "waits_for",
            "callback_of",
            "unique_key",
            "unique",
            JobTaskId.KEY);

    public JobStep {
        dependsOn = List.copyOf(dependsOn);
        keys = keys.deepCopy();
    }

    /** Reads one entry of a job's {@code tasks}. */
    static JobStep of(JsonNode entry, int number) {
        JobStep step = noted(entry, number);
        step.check();
        return step;
    }

    /** Reads one that was taken before, so that its keys are known to be fit; that is looked at ten times a second. */
    static JobStep noted(JsonNode entry, int number) {
        if (!(entry instanceof ObjectNode object)) throw bad("task " + number + " must be a table, not " + entry);
        String name = object.path("name").asText("");
        if (!JobTaskId.isName(name))
            throw bad("task " + number + " needs a name of 1 to " + JobTaskId.MAX_LENGTH
                    + " letters, digits, '-' and '_', not '" + name + "'");
        ObjectNode keys = object.deepCopy();
        keys.remove(List.of("name", "depends_on"));
        return new JobStep(name, namesIn(object.path("depends_on"), name), keys);
    }

    private static List<String> namesIn(JsonNode dependsOn, String step) {
        if (dependsOn.isMissingNode() || dependsOn.isNull()) return List.of();
        if (!dependsOn.isArray())
            throw bad("depends_on of task " + step + " must be a list of names, not " + dependsOn);
        Set<String> names = new LinkedHashSet<>();
        for (JsonNode name : dependsOn) {
            if (!name.isTextual()) throw bad("depends_on of task " + step + " must hold names, not " + name);
            names.add(name.textValue());
        }
        return new ArrayList<>(names);
    }

    private void check() {
        for (Map.Entry<String, JsonNode> key : keys.properties())
            if (THE_JOBS.contains(key.getKey()))
                throw bad("task " + name + " must not have the key '" + key.getKey() + "': the job writes it");
        task();
    }

    /** The task without what places it in its job. */
    Task task() {
        try {
            Task task = Task.ofDefaultKind();
            for (Map.Entry<String, JsonNode> key : keys.properties()) task = task.with(key.getKey(), key.getValue());
            return task;
        } catch (InvalidTaskException e) {
            throw bad("task " + name + ": " + e.getMessage());
        }
    }

    private static JobException bad(String problem) {
        return new JobException(Reason.BAD_JOB, problem);
    }

    ObjectNode toJson() {
        ObjectNode json = Json.object();
        json.put("name", name);
        if (!dependsOn.isEmpty()) json.set("depends_on", Json.tree(dependsOn));
        json.setAll(keys);
        return json;
    }
}
