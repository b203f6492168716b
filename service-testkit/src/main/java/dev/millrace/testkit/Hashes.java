package dev.millrace.testkit;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Numbers that differ when their inputs do, but for one chance in 2^64. */
final class Hashes {
    private Hashes() {}

    /** Spreads a number over all bits, as SplittableRandom does. */
    static long mix(long number) {
        long z = number + 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /** A chain: the order of its links matters. */
    static long chain(long before, long next) {
        return mix(before * 31 + mix(next));
    }

    static long of(@Nullable Path path) {
        return path == null ? 0 : of(path.toString());
    }

    static long of(String text) {
        long hash = text.length();
        for (int i = 0; i < text.length(); i++) hash = (hash ^ text.charAt(i)) * 0x100000001B3L;
        return mix(hash);
    }
}
