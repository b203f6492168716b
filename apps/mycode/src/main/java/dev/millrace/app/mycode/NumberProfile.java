package dev.millrace.app.mycode;

import java.math.BigDecimal;
import java.util.Comparator;
import java.util.DoubleSummaryStatistics;
import org.jspecify.annotations.Nullable;

/** What is known of a column's numbers. */
final class NumberProfile {
    /** Doubles first; only numbers that are one double, such as two integers of 20 digits, are compared digit by digit. */
    private static final Comparator<Value> BY_NUMBER =
            Comparator.comparingDouble((Value value) -> value.number() + 0.0).thenComparing(NumberProfile::exact);

    private final Extremes<Value> extremes = new Extremes<>(BY_NUMBER);
    private final DoubleSummaryStatistics sum = new DoubleSummaryStatistics();
    private final Quantiles quantiles;

    NumberProfile(int capacity) {
        quantiles = new Quantiles(capacity);
    }

    void add(Value value) {
        extremes.add(value);
        sum.accept(value.number());
        quantiles.add(value.number());
    }

    /** The least number with all its digits, null without numbers. */
    @Nullable
    Number least() {
        return asNumber(extremes.least());
    }

    /** The greatest number with all its digits, null without numbers. */
    @Nullable
    Number greatest() {
        return asNumber(extremes.greatest());
    }

    private static @Nullable Number asNumber(@Nullable Value value) {
        if (value == null) return null;
        return value.type() == ValueType.INTEGER ? exact(value).toBigIntegerExact() : exact(value);
    }

    private static BigDecimal exact(Value value) {
        return new BigDecimal(value.stripped());
    }

    /** Null without numbers, and when their sum leaves the range of a double. */
    @Nullable
    Double mean() {
        double mean = sum.getCount() == 0 ? Double.NaN : sum.getAverage();
        return Double.isFinite(mean) ? mean : null;
    }

    Quantiles quantiles() {
        return quantiles;
    }
}
