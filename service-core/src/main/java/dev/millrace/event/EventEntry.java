package dev.millrace.event;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;

/**
 * One change, as it is told to whoever listens.
 *
 * @param version grows by one with each entry of a ring, from 1
 * @param at when it happened or was seen, epoch seconds
 * @param type what happened, in two words with a dot: {@code job.paused}
 * @param data the facts: {@code service}, {@code job_id}, {@code item}, {@code task_id} where they apply, and what the type
 *     has of its own; not to be changed
 */
public record EventEntry(long version, double at, String type, ObjectNode data) {
    /** The form of one entry. */
    public static final String SCHEMA = "millrace.event.v1";

    /** As it is written and sent. */
    public ObjectNode toJson() {
        ObjectNode json = Json.object();
        json.put("schema", SCHEMA);
        json.put("version", version);
        json.put("at", at);
        json.put("type", type);
        json.set("data", data);
        return json;
    }

    static EventEntry of(ObjectNode json) {
        ObjectNode data = json.path("data") instanceof ObjectNode object ? object : Json.object();
        return new EventEntry(
                json.path("version").asLong(),
                json.path("at").asDouble(),
                json.path("type").asText(""),
                data);
    }
}
