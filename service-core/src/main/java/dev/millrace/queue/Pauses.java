package dev.millrace.queue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.task.TaskMarks;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What is paused. Tasks that run go on; nothing that is paused is begun.
 *
 * @param queue why nothing at all is begun; empty when the queue is not paused
 * @param kinds why tasks of single kinds are not begun, by kind; the empty kind is the default handler's
 */
public record Pauses(Optional<Pause> queue, Map<String, Pause> kinds) {
    /** Nothing is paused. */
    public static final Pauses NONE = new Pauses(Optional.empty(), Map.of());

    /**
     * One pause.
     *
     * @param reason for people; may be empty
     * @param at since when, epoch seconds
     */
    public record Pause(String reason, double at) {
        private ObjectNode toJson() {
            ObjectNode json = Json.object();
            json.put("reason", reason);
            json.put("at", at);
            return json;
        }

        private static Pause of(JsonNode json) {
            return new Pause(json.path("reason").asText(""), json.path("at").asDouble(0));
        }
    }

    public Pauses {
        kinds = Collections.unmodifiableMap(new LinkedHashMap<>(kinds));
    }

    /** Why a task of a kind is not begun; empty when it may be. */
    public Optional<Pause> of(String kind) {
        return queue.isPresent() ? queue : Optional.ofNullable(kinds.get(kind));
    }

    /** True when a task with these marks is not to be begun. */
    boolean holdsBack(TaskMarks marks) {
        if (queue.isPresent()) return true;
        for (String kind : kinds.keySet()) if (marks.isOfKind(kind)) return true;
        return false;
    }

    boolean isEmpty() {
        return queue.isEmpty() && kinds.isEmpty();
    }

    Pauses with(Optional<String> kind, Pause pause) {
        if (kind.isEmpty()) return new Pauses(Optional.of(pause), kinds);
        Map<String, Pause> more = new LinkedHashMap<>(kinds);
        more.put(kind.get(), pause);
        return new Pauses(queue, more);
    }

    Pauses without(Optional<String> kind) {
        if (kind.isEmpty()) return new Pauses(Optional.empty(), kinds);
        Map<String, Pause> fewer = new LinkedHashMap<>(kinds);
        fewer.remove(kind.get());
        return new Pauses(queue, fewer);
    }

    ObjectNode toJson() {
        ObjectNode json = Json.object();
        queue.ifPresent(pause -> json.set("queue", pause.toJson()));
        ObjectNode byKind = json.putObject("kinds");
        kinds.forEach((kind, pause) -> byKind.set(kind, pause.toJson()));
        return json;
    }

    static Pauses of(JsonNode json) {
        Map<String, Pause> kinds = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> one : json.path("kinds").properties())
            kinds.put(one.getKey(), Pause.of(one.getValue()));
        Optional<Pause> queue =
                json.path("queue").isObject() ? Optional.of(Pause.of(json.path("queue"))) : Optional.empty();
        return new Pauses(queue, kinds);
    }
}
