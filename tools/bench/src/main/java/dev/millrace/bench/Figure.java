package dev.millrace.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What all rounds of one contender came to.
 *
 * @param rounds one entry for each round that succeeded
 */
record Figure(Contender contender, List<Values> rounds) {
    Figure {
        rounds = List.copyOf(rounds);
    }

    /** The middle of a value's rounds, and its ends. */
    record Spread(double median, double min, double max) {
        static Spread of(double[] values) {
            double[] sorted = values.clone();
            Arrays.sort(sorted);
            int middle = sorted.length / 2;
            double median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
            return new Spread(median, sorted[0], sorted[sorted.length - 1]);
        }

        ObjectNode toJson() {
            ObjectNode json = Json.object();
            json.put("median", rounded(median));
            json.put("min", rounded(min));
            json.put("max", rounded(max));
            return json;
        }

        private static double rounded(double value) {
            return Math.round(value * 1e4) / 1e4;
        }
    }

    Map<String, Spread> spreads() {
        Map<String, Spread> spreads = new LinkedHashMap<>();
        for (Values round : rounds)
            for (String name : round.byName().keySet()) spreads.computeIfAbsent(name, this::spread);
        return spreads;
    }

    private Spread spread(String name) {
        return Spread.of(rounds.stream()
                .map(Values::byName)
                .filter(values -> values.containsKey(name))
                .mapToDouble(values -> values.getOrDefault(name, 0.0))
                .toArray());
    }

    OptionalDouble median(String name) {
        Spread spread = spreads().get(name);
        return spread == null ? OptionalDouble.empty() : OptionalDouble.of(spread.median());
    }
}
