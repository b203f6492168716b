package dev.millrace.soak;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** Of how many, half, all but one in a hundred, and all are at most so long, in seconds. */
record Spread(int count, double p50, double p99, double max) {

    static Spread of(List<Double> seconds) {
        if (seconds.isEmpty()) return new Spread(0, 0, 0, 0);
        Collections.sort(seconds);
        return new Spread(seconds.size(), at(seconds, 0.5), at(seconds, 0.99), at(seconds, 1));
    }

    /** The least that so great a part does not exceed. */
    private static double at(List<Double> sorted, double part) {
        int rank = (int) Math.ceil(part * sorted.size());
        return Math.round(sorted.get(Math.max(0, rank - 1)) * 1e3) / 1e3;
    }

    ObjectNode toJson() {
        ObjectNode json = Json.object();
        return json.put("count", count).put("p50_sec", p50).put("p99_sec", p99).put("max_sec", max);
    }

    String toText() {
        if (count == 0) return "none";
        return String.format(Locale.ROOT, "p50 %.2f s, p99 %.2f s, max %.2f s (of %d)", p50, p99, max, count);
    }
}
