package dev.millrace.app.mycode;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * The result of the handler.
 *
 * @param file as the task named it
 * @param bytes how many were read
 * @param complete false when {@code max_rows} ended the reading before the end of the file
 * @param rows good rows below the header
 * @param badRows rows that were left out
 * @param firstBadRows the first ten of them
 * @param columnCount columns of the header
 * @param columnsShown how many of them, from the left, stand in {@code columns}
 */
record FileProfile(
        String file,
        long bytes,
        boolean complete,
        String delimiter,
        long rows,
        @JsonProperty("bad_rows") long badRows,
        @JsonProperty("first_bad_rows") List<BadRow> firstBadRows,
        @JsonProperty("column_count") int columnCount,
        @JsonProperty("columns_shown") int columnsShown,
        List<ColumnReport> columns) {}
