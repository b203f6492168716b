package dev.millrace.recurring;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.task.TaskState;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One recurring task as it stands.
 *
 * @param task what it is
 * @param origin where it was defined
 * @param paused true when nothing fires until it is resumed
 * @param next the next due time; empty while it is paused, and when none follows
 * @param recent the last firings, the newest first, at most ten
 * @param lastState where the newest firing is now; empty when there was none, or when it was removed since
 * @param waiting due times that wait for an earlier firing to end
 * @param fired how many firings there were in all
 * @param skipped how many due times were left out because of an earlier firing
 */
public record RecurringReport(
        RecurringTask task,
        Origin origin,
        boolean paused,
        Optional<Instant> next,
        List<Firing> recent,
        Optional<TaskState> lastState,
        List<Instant> waiting,
        long fired,
        long skipped) {

    /** Where a recurring task was defined. */
    public enum Origin {
        /** In the app's TOML; only there can it be changed. */
        SETTINGS,
        /** By a program, see {@link RecurringTasks#define}. */
        API;

        /** The word in JSON. */
        public String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    public RecurringReport {
        recent = List.copyOf(recent);
        waiting = List.copyOf(waiting);
    }

    /** The form of answers in JSON: the keys of the definition, and what became of it. */
    public ObjectNode toJson() {
        ObjectNode json = Json.object();
        json.put("name", task.name());
        json.put("origin", origin.word());
        json.put("schedule", task.schedule().text());
        json.put("paused", paused);
        json.put("next", next.map(Instant::toString).orElse(null));
        json.put("last_state", lastState.map(TaskState::word).orElse(null));
        ArrayNode firings = json.putArray("recent");
        recent.forEach(firing -> firings.add(firing.toJson()));
        ArrayNode dues = json.putArray("waiting");
        waiting.forEach(due -> dues.add(due.toString()));
        json.put("fired", fired);
        json.put("skipped", skipped);
        json.set("definition", task.toJson());
        return json;
    }
}
