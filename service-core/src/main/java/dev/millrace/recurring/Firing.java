package dev.millrace.recurring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import java.time.Instant;

/**
 * A task that was submitted for a due time.
 *
 * @param due the due time; for one that somebody asked for, the moment when
 * @param id the task's id: the recurring task's name and the due time
 * @param stem the task's unique name
 */
public record Firing(Instant due, String id, String stem) {

    /** The form of answers in JSON. */
    public ObjectNode toJson() {
        ObjectNode json = Json.object();
        json.put("due", due.toString());
        json.put("id", id);
        json.put("stem", stem);
        return json;
    }

    static Firing fromJson(JsonNode json) {
        return new Firing(
                Instant.parse(json.path("due").asText()),
                json.path("id").asText(),
                json.path("stem").asText());
    }
}
