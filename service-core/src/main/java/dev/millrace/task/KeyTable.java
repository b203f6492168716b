package dev.millrace.task;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.task.KeyRule.Objection;
import java.util.Map;
import java.util.Optional;

/**
 * The keys of an object inside a task document, and what each may hold; null counts as absent.
 *
 * @param name the key of the object itself
 * @param rules by key
 */
record KeyTable(String name, Map<String, KeyRule> rules) {
    /** The first key that is wrong. One that nobody knows is, too: a slip of the pen would else change when a task runs. */
    Optional<Objection> objection(JsonNode object) {
        for (Map.Entry<String, JsonNode> entry : object.properties()) {
            Optional<Objection> found = objection(entry.getKey(), entry.getValue());
            if (found.isPresent()) return found;
        }
        return Optional.empty();
    }

    private Optional<Objection> objection(String inner, JsonNode value) {
        String key = name + "." + inner;
        KeyRule rule = rules.get(inner);
        if (rule == null)
            return Optional.of(new Objection(key, value, "must be one of " + String.join(", ", rules.keySet())));
        return value.isNull() || rule.holds().test(value)
                ? Optional.empty()
                : Optional.of(Objection.of(key, value, rule));
    }
}
