package dev.millrace.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one run came to, by name. The names are part of the JSON file's form; see docs/reference/performance.md.
 *
 * @param byName numbers in the unit that the name says
 */
record Values(Map<String, Double> byName) {
    /** Tasks a second. */
    static final String RATE = "rate";

    static final String P50_MS = "p50_ms";
    static final String P99_MS = "p99_ms";
    static final String MAX_MS = "max_ms";

    /** Of all processes that are part of the contender and can be seen, user and system time. */
    static final String CPU_US = "cpu_us_per_task";

    /** The most resident memory of the process that did the work. */
    static final String MEMORY_MB = "memory_mb";

    /** Memory that something takes beyond what was taken before. */
    static final String COST_MB = "cost_mb";

    /** Events that a subscriber never saw. */
    static final String LOST = "lost";

    /** Of one core. */
    static final String CPU_PERCENT = "cpu_percent";

    /** Voluntary context switches a second. */
    static final String WAKEUPS = "wakeups_per_sec";

    Values {
        byName = new LinkedHashMap<>(byName);
    }

    static Values none() {
        return new Values(Map.of());
    }

    Values with(String name, double value) {
        Values more = new Values(byName);
        more.byName.put(name, value);
        return more;
    }

    /** The spread of waiting times given in nanoseconds. */
    Values withTimes(long[] nanos) {
        if (nanos.length == 0) return this;
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        return with(P50_MS, millisAt(sorted, 0.50))
                .with(P99_MS, millisAt(sorted, 0.99))
                .with(MAX_MS, sorted[sorted.length - 1] / 1e6);
    }

    private static double millisAt(long[] sorted, double share) {
        return sorted[(int) Math.min(sorted.length - 1L, Math.round(Math.ceil(share * sorted.length)) - 1)] / 1e6;
    }

    ObjectNode toJson() {
        ObjectNode json = Json.object();
        byName.forEach(json::put);
        return json;
    }

    static Values of(JsonNode json) {
        Map<String, Double> values = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> one : json.properties())
            values.put(one.getKey(), one.getValue().doubleValue());
        return new Values(values);
    }
}
