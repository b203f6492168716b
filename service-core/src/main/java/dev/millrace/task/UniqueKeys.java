package dev.millrace.task;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.task.KeyRule.Objection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The keys of the object {@code unique} and what each may hold; null counts as absent. */
final class UniqueKeys {
    private static final double MOST_SECONDS = 1e9;

    static final Map<String, KeyRule> RULES = rules();

    private UniqueKeys() {}

    private static Map<String, KeyRule> rules() {
        Map<String, KeyRule> rules = new LinkedHashMap<>();
        rules.put(
                "window_sec",
                new KeyRule(
                        "a positive number of seconds up to 1e9",
                        value -> KeyRule.isBetween(value, Double.MIN_VALUE, MOST_SECONDS)));
        rules.put(
                "policy",
                new KeyRule("\"return_existing\", \"replace\", \"discard\" or \"debounce\"", UniquePolicy::isWord));
        return rules;
    }

    /** The first key that is wrong; one that nobody knows is, too. */
    static Optional<Objection> objection(JsonNode unique) {
        for (Map.Entry<String, JsonNode> entry : unique.properties()) {
            Optional<Objection> found = objection(entry.getKey(), entry.getValue());
            if (found.isPresent()) return found;
        }
        return Optional.empty();
    }

    private static Optional<Objection> objection(String name, JsonNode value) {
        String key = "unique." + name;
        KeyRule rule = RULES.get(name);
        if (rule == null)
            return Optional.of(new Objection(key, value, "must be one of " + String.join(", ", RULES.keySet())));
        return value.isNull() || rule.holds().test(value)
                ? Optional.empty()
                : Optional.of(Objection.of(key, value, rule));
    }
}
