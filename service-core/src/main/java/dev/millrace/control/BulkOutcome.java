package dev.millrace.control;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.queue.QueueControl.Changed;
import dev.millrace.queue.TaskView;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What became of tasks that one verb meant.
 *
 * @param tasks in their order
 * @param outcomes what became of each; none for those that only would have been touched
 */
public record BulkOutcome<E extends Enum<E>>(List<TaskView> tasks, Map<TaskView, E> outcomes) {
    private String word(TaskView task) {
        E outcome = outcomes.get(task);
        return outcome == null ? "would" : outcome.name().toLowerCase(Locale.ROOT);
    }

    /** The answer of cancel, wherever it is given. */
    public ObjectNode toJson() {
        ObjectNode json = Json.object();
        ArrayNode list = json.putArray("tasks");
        for (TaskView task : tasks)
            list.addObject().put("id", task.id()).put("stem", task.stem()).put("outcome", word(task));
        return json;
    }

    /** The answer of retry, requeue and discard, wherever it is given: also where the tasks were, and how many changed. */
    public static ObjectNode changed(BulkOutcome<Changed> done, boolean dryRun) {
        ObjectNode json = Json.object();
        ArrayNode list = json.putArray("tasks");
        for (TaskView task : done.tasks()) {
            ObjectNode entry = list.addObject().put("id", task.id()).put("stem", task.stem());
            entry.put("state", task.state().word()).put("outcome", done.word(task));
        }
        long changed = done.tasks().stream()
                .filter(task -> done.outcomes().getOrDefault(task, Changed.DONE) == Changed.DONE)
                .count();
        return json.put(dryRun ? "would_change" : "changed", changed);
    }
}
