package dev.millrace.app.mycode;

import com.dynatrace.hash4j.distinctcount.UltraLogLog;
import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Counts distinct values and finds the frequent ones, in bounded memory.
 *
 * <p>Up to {@code capacity} different values are counted exactly. When one more comes, the distinct count goes on in an
 * UltraLogLog sketch (standard error about 1 %), and the frequent values by the rule of Misra and Gries: the counts'
 * median is taken from all of them, and those that are used up leave. What was taken in total is the most by which a
 * count can be too low. Nothing here is random: the same file gives the same answer again.
 *
 * <p>Values are told apart by a 64-bit hash of their whole text, so long values need not be kept.
 */
final class ValueCounts {
    private static final Hasher64 HASHER = Hashing.komihash5_0();

    /** 2^12 registers of one byte: 4 KiB a column. */
    private static final int SKETCH_PRECISION = 12;

    private static final Comparator<Counted> MOST_FREQUENT_FIRST =
            Comparator.comparingLong((Counted counted) -> -counted.count).thenComparing(counted -> counted.shown);

    private static final class Counted {
        private final String shown;
        private long count;

        private Counted(String shown) {
            this.shown = shown;
        }
    }

    private final int capacity;
    private final Map<Long, Counted> counts = new HashMap<>();
    private @Nullable UltraLogLog sketch;
    private long taken;
    private long added;

    /** @param capacity how many different values are counted exactly, from 2 */
    ValueCounts(int capacity) {
        this.capacity = capacity;
    }

    void add(String value) {
        long hash = HASHER.hashCharsToLong(value);
        added++;
        if (sketch != null) sketch.add(hash);
        Counted counted = counts.get(hash);
        if (counted == null) counted = addNew(hash, value);
        counted.count++;
    }

    private Counted addNew(long hash, String value) {
        if (counts.size() == capacity) prune(hash);
        Counted counted = new Counted(ShownText.of(value));
        counts.put(hash, counted);
        return counted;
    }

    private void prune(long newHash) {
        if (sketch == null) sketch = sketchOf(newHash);
        long[] sorted =
                counts.values().stream().mapToLong(counted -> counted.count).toArray();
        Arrays.sort(sorted);
        long median = sorted[sorted.length / 2];
        taken += median;
        for (Iterator<Counted> all = counts.values().iterator(); all.hasNext(); ) {
            Counted counted = all.next();
            counted.count -= median;
            if (counted.count <= 0) all.remove();
        }
    }

    private UltraLogLog sketchOf(long newHash) {
        UltraLogLog fresh = UltraLogLog.create(SKETCH_PRECISION);
        for (long hash : counts.keySet()) fresh.add(hash);
        return fresh.add(newHash);
    }

    boolean exact() {
        return sketch == null;
    }

    /** How many different values were added; an estimate when not {@link #exact()}, but never a known impossibility. */
    long distinct() {
        if (sketch == null) return counts.size();
        long estimate = Math.round(sketch.getDistinctCountEstimate());
        return Math.min(added, Math.max(capacity + 1L, estimate));
    }

    /** The most by which a count of {@link #frequent} can be too low; 0 when exact. */
    long countError() {
        return taken;
    }

    /** How many values are kept, never more than the capacity. */
    int kept() {
        return counts.size();
    }

    /** The most frequent values, ties in the order of their texts; only those that are frequent for sure. */
    List<Frequency> frequent(int top) {
        List<Counted> sorted = new ArrayList<>(counts.values());
        sorted.removeIf(counted -> counted.count <= taken);
        sorted.sort(MOST_FREQUENT_FIRST);
        return sorted.stream()
                .limit(top)
                .map(counted -> new Frequency(counted.shown, counted.count))
                .toList();
    }
}
