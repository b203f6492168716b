package dev.millrace.app.mycode;

/** A piece of the file that ends where a record ends. */
sealed interface Framed {
    /** The line, from 1, where it starts. */
    long line();

    /**
     * One record with its quotes in order.
     *
     * @param text without the line end
     */
    record Whole(long line, String text) implements Framed {}

    /**
     * A line that starts no record.
     *
     * @param reason why, completing "the row ..."
     */
    record Broken(long line, String reason) implements Framed {}
}
