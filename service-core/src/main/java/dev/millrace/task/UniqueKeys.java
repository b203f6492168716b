package dev.millrace.task;

import java.util.LinkedHashMap;
import java.util.Map;

/** The keys of the object {@code unique} and what each may hold; null counts as absent. */
final class UniqueKeys {
    private static final double MOST_SECONDS = 1e9;

    static final KeyTable TABLE = new KeyTable("unique", rules());

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
}
