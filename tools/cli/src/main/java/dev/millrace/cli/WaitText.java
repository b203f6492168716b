package dev.millrace.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.control.TaskFacts;
import dev.millrace.json.Json;
import dev.millrace.lifecycle.Service;
import dev.millrace.queue.Dependencies;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * For what a task waits or has waited.
 *
 * @param group the group of which it is the callback; empty for others
 * @param count how many tasks
 * @param counts how many of them are in each state
 * @param each "id (state)" for each, when they are few
 */
record WaitText(String group, int count, Map<TaskState, Integer> counts, List<String> each) {
    private static final int FEW = 10;

    /** Empty when it waits for nothing. */
    static Optional<WaitText> of(Service service, TaskFacts facts) throws IOException {
        Dependencies found = service.queue().dependencies(facts.record());
        if (found.count() == 0) return Optional.empty();
        String group = facts.record().value("callback_of").path("group").asText("");
        List<String> each = new ArrayList<>();
        if (found.count() <= FEW)
            found.forEach(one ->
                    each.add(one.id() + " (" + one.state().map(TaskState::word).orElse("gone") + ")"));
        return Optional.of(new WaitText(group, found.count(), found.counts(), each));
    }

    String text() {
        if (!each.isEmpty()) return String.join(", ", each);
        List<String> parts = new ArrayList<>();
        counts.forEach((state, tasks) -> parts.add(tasks + " " + state.word()));
        String whole = Shown.count(count, "task") + (group.isEmpty() ? "" : " of group " + group);
        return parts.isEmpty() ? whole : whole + ": " + String.join(", ", parts);
    }

    ObjectNode toJson() {
        ObjectNode json = Json.object();
        if (!group.isEmpty()) json.put("group", group);
        json.put("tasks", count);
        ObjectNode states = json.putObject("states");
        counts.forEach((state, tasks) -> states.put(state.word(), tasks));
        return json;
    }
}
