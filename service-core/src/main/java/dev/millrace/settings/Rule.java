package dev.millrace.settings;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.json.Json;
import java.util.Optional;
import java.util.function.Function;

/**
 * What one setting may hold.
 *
 * @param says what is right, completing "must be ..."
 * @param read the value in its normal form, empty when it is wrong
 */
record Rule(String says, Function<JsonNode, Optional<JsonNode>> read) {
    private static final int SHOWN = 60;

    /** The value in its normal form. */
    JsonNode checked(String key, JsonNode value) {
        return inside(key, value)
                .orElseThrow(() -> SettingsException.of(key, "must be " + says + ", not " + shown(value)));
    }

    /** What is wrong inside a table is told with the whole way to it. */
    private Optional<JsonNode> inside(String key, JsonNode value) {
        try {
            return read.apply(value);
        } catch (SettingsException e) {
            throw SettingsException.of(key + "." + e.key(), e.problem());
        }
    }

    /** A value in a message: short, and never so deep that writing it would fail. */
    static String shown(JsonNode value) {
        if (isDeeperThan(Json.MAX_DEPTH, value)) return "something nested deeper than " + Json.MAX_DEPTH;
        String text = value.isNumber() ? value.asText() : value.toString();
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
    }

    private static boolean isDeeperThan(int levels, JsonNode value) {
        if (!value.isContainerNode()) return false;
        return levels == 0 || value.valueStream().anyMatch(inner -> isDeeperThan(levels - 1, inner));
    }
}
