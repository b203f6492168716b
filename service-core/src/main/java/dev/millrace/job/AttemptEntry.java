package dev.millrace.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import java.util.List;

/**
 * What one attempt of a step came to.
 *
 * @param json {@code item} (the step), {@code run}, {@code attempt}, {@code outcome} (done, failed, died, snoozed,
 *     cancelled), {@code type} (transient when another attempt followed, else permanent; null when it was done),
 *     {@code code} (failed, timed_out, died, cancelled, or null; skipped or lost of a step that was never tried, whose
 *     attempt is 0), {@code message}, {@code error_class}, {@code worker},
 *     {@code started_at}, {@code at} (its end, epoch seconds), {@code duration_seconds}, {@code exit_code},
 *     {@code output_tail}
 */
public record AttemptEntry(ObjectNode json) {
    /** The error of a step that ended without an attempt. */
    static AttemptEntry unrun(StepView step) {
        AttemptEntry entry = new AttemptEntry(Json.object());
        ObjectNode json = entry.json();
        json.put("item", step.step().name());
        json.put("run", step.run());
        json.put("attempt", 0);
        json.put("outcome", step.state().word());
        json.put("type", "permanent");
        json.put("code", step.state().word());
        json.put("message", step.error().orElse(""));
        for (String key : List.of("error_class", "worker", "started_at", "duration_seconds", "exit_code"))
            json.putNull(key);
        json.put("at", step.facts().path("completed_at").asDouble(0));
        json.put("output_tail", "");
        return entry;
    }

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
        return value.isMissingNode() ? NullNode.getInstance() : value;
    }

    void set(String key, JsonNode value) {
        json.set(key, orNull(value));
    }
}
