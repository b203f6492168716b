package dev.millrace.control;

import java.util.Arrays;
import java.util.stream.Stream;

/** Which names were looked at, in eight bytes each: a million that failed are remembered for as long as they lie there. */
final class SeenNames {
    private static final long BASIS = 0xcbf29ce484222325L;
    private static final long PRIME = 0x100000001b3L;

    private final long[] sorted;

    private SeenNames(long[] sorted) {
        this.sorted = sorted;
    }

    static SeenNames of(Stream<String> names) {
        return new SeenNames(names.mapToLong(SeenNames::hash).sorted().toArray());
    }

    boolean has(String name) {
        return Arrays.binarySearch(sorted, hash(name)) >= 0;
    }

    /** Of 64 bits, so that no two of a million are taken for each other. */
    private static long hash(String name) {
        long hash = BASIS;
        for (int i = 0; i < name.length(); i++) hash = (hash ^ name.charAt(i)) * PRIME;
        return hash;
    }
}
