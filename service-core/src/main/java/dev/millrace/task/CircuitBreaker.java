package dev.millrace.task;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * When tasks of a kind are begun no more because they fail one after the other: whatever they need is down, and each would
 * spend its attempts on it in vain. The pattern, with the words open and probe, is Nygard's ("Release It!", chapter
 * Stability Patterns).
 *
 * @param failures how many attempts in a row must have failed, 1 to 100,000
 * @param probeAfter how long nothing is begun then, before one task may try; doubled each time that one fails, too
 * @param probeCap the longest that this becomes
 */
public record CircuitBreaker(int failures, Duration probeAfter, Duration probeCap) {
    /** As the table that is said in settings is called. */
    public static final String KEY = "circuit_breaker";

    private static final int USUAL_FAILURES = 5;
    private static final int MOST_FAILURES = 100_000;
    private static final double USUAL_AFTER_SEC = 30;
    private static final double USUAL_CAP_SEC = 300;
    private static final double LONGEST_SEC = 86_400;
    private static final int MOST_DOUBLINGS = 40;

    /** The keys of the table, each with what it may hold. */
    public static Map<String, KeyRule> keys() {
        Map<String, KeyRule> keys = new LinkedHashMap<>();
        KeyRule length = new KeyRule(
                "a number of seconds from 0.001 to a day", value -> KeyRule.isBetween(value, 0.001, LONGEST_SEC));
        keys.put(
                "failures",
                new KeyRule(
                        "a whole number from 1 to " + MOST_FAILURES,
                        value -> KeyRule.isWhole(value, 1, MOST_FAILURES)));
        keys.put("probe_after", length);
        keys.put("probe_cap", length);
        return keys;
    }

    /** What the object under {@link #KEY} says, which must be fit; empty when there is none. */
    static Optional<CircuitBreaker> of(JsonNode json) {
        if (!json.isObject()) return Optional.empty();
        Duration after = seconds(json.path("probe_after").asDouble(USUAL_AFTER_SEC));
        Duration cap = seconds(json.path("probe_cap").asDouble(USUAL_CAP_SEC));
        return Optional.of(new CircuitBreaker(json.path("failures").asInt(USUAL_FAILURES), after, cap));
    }

    private static Duration seconds(double seconds) {
        return Duration.ofNanos(Math.round(seconds * 1e9));
    }

    void putInto(ObjectNode json) {
        json.putObject(KEY)
                .put("failures", failures)
                .put("probe_after", probeAfter.toNanos() / 1e9)
                .put("probe_cap", probeCap.toNanos() / 1e9);
    }

    /**
     * How long nothing is begun.
     *
     * @param probes how many tasks have tried in vain since it opened, from 0
     */
    public Duration openFor(int probes) {
        int doublings = Math.min(probes, MOST_DOUBLINGS);
        double nanos = (double) probeAfter.toNanos() * (1L << doublings);
        return nanos < probeCap.toNanos() ? Duration.ofNanos((long) nanos) : probeCap;
    }
}
