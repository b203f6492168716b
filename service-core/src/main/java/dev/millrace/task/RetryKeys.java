package dev.millrace.task;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The keys of the object {@code retry} and what each may hold; null counts as absent. */
final class RetryKeys {
    private static final List<String> STRATEGIES = List.of("none", "fixed", "exponential");
    private static final List<String> JITTERS = List.of("none", "full", "equal");
    private static final double MOST_SECONDS = 1e9;
    private static final int MOST_FACTOR = 1_000;
    private static final int MOST_NAMES = 100;
    private static final int MOST_NAME = 1_000;

    static final KeyTable TABLE = new KeyTable("retry", rules());

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
}
