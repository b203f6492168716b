package dev.millrace.task;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.task.KeyRule.Objection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The keys of the object {@code retry} and what each may hold; null counts as absent. */
final class RetryKeys {
    private static final List<String> STRATEGIES = List.of("none", "fixed", "exponential");
    private static final List<String> JITTERS = List.of("none", "full", "equal");
    private static final double MOST_SECONDS = 1e9;
    private static final int MOST_FACTOR = 1_000;
    private static final int MOST_NAMES = 100;
    private static final int MOST_NAME = 1_000;

    static final Map<String, KeyRule> RULES = rules();

    private RetryKeys() {}

    private static Map<String, KeyRule> rules() {
        KeyRule seconds =
                new KeyRule("a number of seconds from 0 to 1e9", value -> KeyRule.isBetween(value, 0, MOST_SECONDS));
        Map<String, KeyRule> rules = new LinkedHashMap<>();
        rules.put(
                "strategy",
                new KeyRule(
                        "\"none\", \"fixed\" or \"exponential\"",
                        value -> value.isTextual() && STRATEGIES.contains(value.asText())));
        rules.put("base", seconds);
        rules.put("cap", seconds);
        rules.put("factor", new KeyRule("a number from 1 to 1000", value -> KeyRule.isBetween(value, 1, MOST_FACTOR)));
        rules.put(
                "jitter",
                new KeyRule(
                        "\"none\", \"full\", \"equal\" or a fraction from 0 to 1",
                        value -> (value.isTextual() && JITTERS.contains(value.asText()))
                                || KeyRule.isBetween(value, 0, 1)));
        rules.put("on_timeout", new KeyRule("true or false", JsonNode::isBoolean));
        rules.put(
                "no_retry_on",
                new KeyRule(
                        "a list of at most 100 names of exception classes",
                        value -> value.size() <= MOST_NAMES
                                && KeyRule.isList(value, name -> KeyRule.isText(name, 1, MOST_NAME))));
        return Collections.unmodifiableMap(rules);
    }

    /** The first key that is wrong. One that nobody knows is, too: a slip of the pen would else change when a task runs. */
    static Optional<Objection> objection(JsonNode retry) {
        for (Map.Entry<String, JsonNode> entry : retry.properties()) {
            Optional<Objection> found = objection(entry.getKey(), entry.getValue());
            if (found.isPresent()) return found;
        }
        return Optional.empty();
    }

    private static Optional<Objection> objection(String name, JsonNode value) {
        String key = "retry." + name;
        KeyRule rule = RULES.get(name);
        if (rule == null)
            return Optional.of(new Objection(key, value, "must be one of " + String.join(", ", RULES.keySet())));
        return value.isNull() || rule.holds().test(value)
                ? Optional.empty()
                : Optional.of(Objection.of(key, value, rule));
    }
}
