package dev.millrace.app.mycode;

import java.util.List;

/** A row of the file, or why there is none. */
sealed interface Row {
    /** The line, from 1, where it starts. */
    long line();

    /** A row with as many fields as the header. */
    record Good(long line, List<String> fields) implements Row {}

    /**
     * A row that is left out of the profile.
     *
     * @param reason why, completing "the row ..."
     */
    record Bad(long line, String reason) implements Row {}
}
