package dev.millrace.queue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.task.UniquePolicy;

/**
 * What a task says of its uniqueness.
 *
 * @param key its unique key; empty when it has none
 * @param policy what becomes of it while another task has the key
 * @param window how long the key stays taken, seconds; 0 for as long as its task has not ended
 */
record UniqueRule(String key, UniquePolicy policy, double window) {
    static UniqueRule of(JsonNode document) {
        JsonNode unique = document.path("unique");
        return new UniqueRule(
                document.path("unique_key").asText(""),
                UniquePolicy.of(unique),
                unique.path("window_sec").asDouble(0));
    }

    boolean isPresent() {
        return !key.isEmpty();
    }

    /** Each task puts the start off, so that only the last of a burst runs. */
    boolean putsOff() {
        return policy == UniquePolicy.DEBOUNCE;
    }
}
