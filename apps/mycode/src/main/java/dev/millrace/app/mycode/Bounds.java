package dev.millrace.app.mycode;

/**
 * How much is kept of each column, so that a profile fits into a few tens of megabytes whatever the file holds.
 *
 * @param columns how many columns are profiled, from the left
 * @param values how many different values of a column are counted exactly
 * @param numbers how many numbers of a column are kept for exact quantiles
 */
record Bounds(int columns, int values, int numbers) {
    private static final int MOST_COLUMNS = 500;
    private static final int VALUES_OF_ALL = 60_000;
    private static final int MOST_VALUES = 10_000;
    private static final int NUMBERS_OF_ALL = 1_000_000;
    private static final int MOST_NUMBERS = 100_000;

    /** The bounds for a file with that many columns. */
    static Bounds of(int columnCount) {
        int columns = Math.max(1, Math.min(columnCount, MOST_COLUMNS));
        return new Bounds(
                Math.min(columnCount, MOST_COLUMNS),
                Math.min(MOST_VALUES, VALUES_OF_ALL / columns),
                Math.min(MOST_NUMBERS, NUMBERS_OF_ALL / columns));
    }
}
