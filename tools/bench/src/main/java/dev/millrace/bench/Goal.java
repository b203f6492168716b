package dev.millrace.bench;

/**
 * What a figure is to reach.
 *
 * @param value the name of the value
 * @param bound the bound of its median; or, where {@code of} names somebody, of its share of theirs
 * @param atLeast true when more is better
 * @param of the contender whose median of the same value it is a share of; empty: the bound is the value's own
 */
record Goal(String value, double bound, boolean atLeast, String of) {
    static Goal of(String value, double bound) {
        return new Goal(value, bound, value.equals(Values.RATE), "");
    }

    /** No worse than another by more than this share, 0 to 1: what should not depend on what sets the two apart. */
    static Goal flat(String value, double share, String of) {
        boolean atLeast = value.equals(Values.RATE);
        return new Goal(value, atLeast ? 1 - share : 1 + share, atLeast, of);
    }

    boolean isMet(double median) {
        return atLeast ? median >= bound : median <= bound;
    }
}
