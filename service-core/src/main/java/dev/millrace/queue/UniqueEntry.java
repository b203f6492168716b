package dev.millrace.queue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;

/**
 * Who has a unique key.
 *
 * @param key the key
 * @param id what people call the task
 * @param stem its unique name
 * @param since when the first task with this key was submitted, epoch seconds
 * @param window how long the key stays taken from then on, seconds; 0 for as long as the task has not ended
 * @param sure true when the task was submitted; false while it may not have been
 * @param replaces the unique name of a task that is to be cancelled for this one; empty when there is none
 */
record UniqueEntry(String key, String id, String stem, double since, double window, boolean sure, String replaces) {
    ObjectNode toJson() {
        ObjectNode json = Json.object();
        json.put("key", key);
        json.put("id", id);
        json.put("stem", stem);
        json.put("since", since);
        json.put("window_sec", window);
        json.put("sure", sure);
        json.put("replaces", replaces);
        return json;
    }

    static UniqueEntry of(ObjectNode json) {
        return new UniqueEntry(
                json.path("key").asText(""),
                json.path("id").asText(""),
                json.path("stem").asText(""),
                json.path("since").asDouble(0),
                json.path("window_sec").asDouble(0),
                json.path("sure").asBoolean(),
                json.path("replaces").asText(""));
    }

    UniqueEntry surely() {
        return new UniqueEntry(key, id, stem, since, window, true, "");
    }

    boolean isInWindow(double now) {
        return window > 0 && now < since + window;
    }
}
