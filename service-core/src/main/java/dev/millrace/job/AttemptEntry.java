package dev.millrace.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What one attempt of a step came to.
 *
 * @param json {@code item} (the step), {@code run}, {@code attempt}, {@code outcome} (done, failed, died, snoozed,
 *     cancelled), {@code type} (transient when another attempt followed, else permanent; null when it was done),
 *     {@code code} (failed, timed_out, died, cancelled, or null), {@code message}, {@code error_class}, {@code worker},
 *     {@code started_at}, {@code at} (its end, epoch seconds), {@code duration_seconds}, {@code exit_code},
 *     {@code output_tail}
 */
public record AttemptEntry(ObjectNode json) {
    String key() {
        String times = json.path("outcome").asText("").equals("snoozed")
                ? json.path("at").asText()
                : "";
        return json.path("item").asText() + "|" + json.path("run").asInt() + "|"
                + json.path("attempt").asInt() + "|" + times;
    }

    String item() {
        return json.path("item").asText("");
    }

    double at() {
        return json.path("at").asDouble(0);
    }

    boolean isError() {
        return !json.path("type").isNull();
    }

    boolean has(String key, String value) {
        return value.isEmpty() || json.path(key).asText("").equals(value);
    }

    private static JsonNode orNull(JsonNode value) {
        return value.isMissingNode() ? com.fasterxml.jackson.databind.node.NullNode.getInstance() : value;
    }

    void set(String key, JsonNode value) {
        json.set(key, orNull(value));
    }
}
