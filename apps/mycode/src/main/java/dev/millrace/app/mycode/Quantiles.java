package dev.millrace.app.mycode;

import com.tdunning.math.stats.MergingDigest;
import com.tdunning.math.stats.TDigest;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Quantiles in bounded memory: exact up to {@code capacity} numbers, by a t-digest beyond. The exact ones interpolate
 * between the two neighbours of rank {@code q * (n - 1)}, as spreadsheets and numpy do. The digest is off by less than
 * 1 % of the rank. It draws no random numbers, so the same file gives the same answer again.
 */
final class Quantiles {
    private static final int FIRST_LENGTH = 64;
    private static final double COMPRESSION = 200;

    private final int capacity;
    private double[] numbers = new double[FIRST_LENGTH];
    private int count;
    private @Nullable TDigest digest;

    /** @param capacity how many numbers are kept, from 1 */
    Quantiles(int capacity) {
        this.capacity = capacity;
    }

    void add(double number) {
        if (digest == null && count == capacity) digest = digestOfAll();
        if (digest != null) {
            digest.add(number);
            return;
        }
        if (count == numbers.length) numbers = Arrays.copyOf(numbers, Math.min(capacity, count * 2));
        numbers[count++] = number;
    }

    private TDigest digestOfAll() {
        TDigest fresh = new MergingDigest(COMPRESSION);
        for (int i = 0; i < count; i++) fresh.add(numbers[i]);
        numbers = new double[0];
        return fresh;
    }

    boolean exact() {
        return digest == null;
    }

    /** The quantiles of what was added; null when nothing was. */
    @Nullable
    QuantileReport report() {
        if (digest == null && count == 0) return null;
        if (digest == null) Arrays.sort(numbers, 0, count);
        return new QuantileReport(at(0.25), at(0.5), at(0.75), at(0.95));
    }

    private @Nullable Double at(double q) {
        double value = digest == null ? between(q) : digest.quantile(q);
        return Double.isFinite(value) ? value : null;
    }

    /** Weighs before it adds, because the difference of two huge numbers may leave the range of a double. */
    private double between(double q) {
        double rank = q * (count - 1);
        int below = (int) Math.floor(rank);
        double weight = rank - below;
        double low = numbers[below];
        return weight == 0 ? low : low * (1 - weight) + numbers[below + 1] * weight;
    }
}
