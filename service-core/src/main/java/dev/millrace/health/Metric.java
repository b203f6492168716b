package dev.millrace.health;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * One gauge: its name, what it means, and how its samples are taken from a judged report.
 *
 * @param name in the characters that Prometheus allows
 * @param help one line
 * @param samples none when the report does not carry the figure; the metric is left out then
 */
record Metric(String name, String help, Function<Judged, List<Sample>> samples) {

    /**
     * One value.
     *
     * @param labels besides {@code app} and {@code target}, in this order; at most one
     * @param value as it is written
     */
    record Sample(Map<String, String> labels, String value) {
        static Sample of(String value) {
            return new Sample(Map.of(), value);
        }

        static Sample labelled(String label, String labelValue, String value) {
            return new Sample(Map.of(label, labelValue), value);
        }
    }

    static Metric count(String name, String help, Function<Judged, Long> count) {
        return new Metric(
                name, help, judged -> List.of(Sample.of(count.apply(judged).toString())));
    }

    static Metric flag(String name, String help, Function<Judged, Boolean> flag) {
        return new Metric(name, help, judged -> List.of(Sample.of(flag.apply(judged) ? "1" : "0")));
    }

    static Metric figure(String name, String help, Function<Judged, Double> figure) {
        return new Metric(name, help, judged -> List.of(Sample.of(decimal(figure.apply(judged)))));
    }

    /** A figure that the report may lack. */
    static Metric optional(String name, String help, Function<Judged, Optional<Double>> figure) {
        return new Metric(
                name,
                help,
                judged -> figure.apply(judged).stream()
                        .map(value -> Sample.of(decimal(value)))
                        .toList());
    }

    /** A count that the report may lack. */
    static Metric optionalCount(String name, String help, Function<Judged, OptionalLong> count) {
        return new Metric(
                name,
                help,
                judged -> count.apply(judged).stream()
                        .mapToObj(value -> Sample.of(Long.toString(value)))
                        .toList());
    }

    /** Six decimals, as AGILAB writes its rates. */
    static String decimal(double value) {
        return String.format(Locale.ROOT, "%.6f", value);
    }

    /** For chains of optionals. */
    static Optional<Double> boxed(OptionalDouble figure) {
        return figure.isPresent() ? Optional.of(figure.getAsDouble()) : Optional.empty();
    }
}
