package dev.millrace.bench;

/**
 * What a figure is to reach.
 *
 * @param value the name of the value
 * @param bound the bound of its median
 * @param atLeast true when more is better
 */
record Goal(String value, double bound, boolean atLeast) {
    boolean isMet(double median) {
        return atLeast ? median >= bound : median <= bound;
    }
}
