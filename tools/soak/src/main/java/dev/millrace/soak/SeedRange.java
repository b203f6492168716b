package dev.millrace.soak;

/**
 * Seeds of simulated worlds.
 *
 * @param from the first
 * @param to the last
 */
record SeedRange(long from, long to) {
    SeedRange {
        if (to < from) throw new IllegalArgumentException("seeds " + from + ".." + to + " go backwards");
    }

    /** One seed, a number of them from 0, or a range. */
    static SeedRange of(String text) {
        String[] ends = text.split("\\.\\.", -1);
        if (ends.length == 2) return new SeedRange(Long.parseLong(ends[0]), Long.parseLong(ends[1]));
        long count = Long.parseLong(text);
        if (count < 1) throw new IllegalArgumentException("at least one seed is needed");
        return new SeedRange(0, count - 1);
    }

    long count() {
        return to - from + 1;
    }
}
