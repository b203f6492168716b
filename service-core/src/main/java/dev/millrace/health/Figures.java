package dev.millrace.health;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** How figures of a health report are kept and written: to the microsecond, never NaN, null when not known. */
final class Figures {
    private static final int MILLIS = 3;
    private static final int MICROS = 6;

    private Figures() {}

    /** Rounds a figure that may be unknown to microseconds, and refuses one that is not a number from 0. */
    static OptionalDouble checked(String key, OptionalDouble figure) {
        return figure.isEmpty() ? figure : OptionalDouble.of(checked(key, figure.getAsDouble()));
    }

    /** Rounds a figure to microseconds, and refuses one that is not a number from 0. */
    static double checked(String key, double figure) {
        return rounded(key, figure, MICROS);
    }

    /** As {@link #checked}, to the three decimals that AGILAB's documents have. */
    static OptionalDouble checkedMillis(String key, OptionalDouble figure) {
        return figure.isEmpty() ? figure : OptionalDouble.of(rounded(key, figure.getAsDouble(), MILLIS));
    }

    private static double rounded(String key, double figure, int decimals) {
        if (!(figure >= 0) || Double.isInfinite(figure))
            throw new IllegalArgumentException(key + " is " + figure + ", it must be a number from 0");
        return BigDecimal.valueOf(figure)
                .setScale(decimals, RoundingMode.HALF_UP)
                .doubleValue();
    }

    /** A part of a whole: not rounded, because limits on it may be finer, and refused outside 0 to 1. */
    static OptionalDouble share(String key, OptionalDouble figure) {
        double share = figure.orElse(0);
        if (share >= 0 && share <= 1) return figure;
        throw new IllegalArgumentException(key + " is " + share + ", it must be a number from 0 to 1");
    }

    static double seconds(Duration length) {
        return length.getSeconds() + length.getNano() / 1e9;
    }

    static void put(ObjectNode json, String key, OptionalDouble figure) {
        json.put(key, figure.isPresent() ? plain(figure.getAsDouble()) : null);
    }

    static void put(ObjectNode json, String key, double figure) {
        json.put(key, plain(figure));
    }

    static void put(ObjectNode json, String key, OptionalLong figure) {
        json.put(key, figure.isPresent() ? (Long) figure.getAsLong() : null);
    }

    /** Reads a figure; empty when it is missing, no number, not finite or negative. */
    static OptionalDouble from(JsonNode json, String key) {
        JsonNode figure = json.path(key);
        double value = figure.asDouble(Double.NaN);
        boolean known = figure.isNumber() && value >= 0 && !Double.isInfinite(value);
        return known ? OptionalDouble.of(value) : OptionalDouble.empty();
    }

    static OptionalLong longFrom(JsonNode json, String key) {
        JsonNode figure = json.path(key);
        return figure.isNumber() && figure.asLong() >= 0 ? OptionalLong.of(figure.asLong()) : OptionalLong.empty();
    }

    /** People read these documents: {@code 1795225087.166985}, not {@code 1.795225087166985E9}. */
    private static BigDecimal plain(double figure) {
        BigDecimal exact = BigDecimal.valueOf(figure);
        return exact.scale() < 0 ? exact.setScale(1) : exact;
    }
}
