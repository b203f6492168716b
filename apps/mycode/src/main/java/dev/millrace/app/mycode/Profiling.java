package dev.millrace.app.mycode;

import dev.millrace.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.List;

/** One pass over one file. */
final class Profiling {
    /** So many bad rows and not a single good one: it is something else, or another delimiter. */
    private static final int BAD_ROWS_OF_NO_CSV = 10;

    /** Bytes of the columns' JSON; with the rest of the document it stays well below 700 kB. */
    private static final int LARGEST_RESULT = 600_000;

    private final CsvFile file;
    private final ProfileArgs args;
    private final Meter meter;
    private final BadRows badRows = new BadRows();
    private final List<ColumnProfile> columns = new ArrayList<>();
    private long goodRows;

    Profiling(CsvFile file, ProfileArgs args, Meter meter) {
        this.file = file;
        this.args = args;
        this.meter = meter;
    }

    /**
     * Reads the file to its end, or to the last row asked for.
     *
     * @throws UnusableFileException when the file is no CSV file or cannot be read
     */
    FileProfile run() throws IOException {
        try (Reader text = new BufferedReader(new StrictText(file.open(), meter))) {
            char delimiter = args.delimiter().isPresent() ? args.delimiter().get() : DelimiterGuess.of(text);
            CsvRows rows = new CsvRows(text, delimiter);
            prepareColumns(rows.header());
            boolean complete = readAll(rows);
            refuseNoise(rows.header().size(), delimiter);
            meter.end();
            return profile(complete, delimiter, rows.header().size());
        } catch (IOException e) {
            throw file.problem(e);
        }
    }

    private void prepareColumns(List<String> header) {
        Bounds bounds = Bounds.of(header.size());
        for (int i = 0; i < bounds.columns(); i++)
            columns.add(new ColumnProfile(i + 1, header.get(i), args.missing(), bounds));
    }

    /** True at the end of the file, false when enough rows were read before it. */
    private boolean readAll(CsvRows rows) throws IOException {
        for (Row row = rows.next(); row != null; row = rows.next()) {
            if (row instanceof Row.Bad bad) badRows.add(bad);
            else if (goodRows == args.maxRows()) return false;
            else add((Row.Good) row);
        }
        return true;
    }

    private void add(Row.Good row) {
        goodRows++;
        meter.row();
        for (int i = 0; i < columns.size(); i++) columns.get(i).add(row.fields().get(i));
    }

    private void refuseNoise(int fields, char delimiter) throws NotCsvException {
        if (goodRows > 0 || badRows.count() < BAD_ROWS_OF_NO_CSV) return;
        BadRow first = badRows.first().get(0);
        throw new NotCsvException("is no CSV with the delimiter '" + delimiter + "': none of its " + badRows.count()
                + " rows is like its header of " + fields + " columns (line " + first.line() + " " + first.reason()
                + "); name the right one in the argument 'delimiter'");
    }

    private FileProfile profile(boolean complete, char delimiter, int columnCount) {
        List<ColumnReport> shown = fittingReports();
        return new FileProfile(
                file.name(),
                meter.bytes(),
                complete,
                String.valueOf(delimiter),
                goodRows,
                badRows.count(),
                badRows.first(),
                columnCount,
                shown.size(),
                shown);
    }

    private List<ColumnReport> fittingReports() {
        List<ColumnReport> fitting = new ArrayList<>();
        int left = LARGEST_RESULT;
        for (ColumnProfile column : columns) {
            ColumnReport report = column.report(args.top());
            left -= Json.bytes(report).length + 1;
            if (left < 0) break;
            fitting.add(report);
        }
        return fitting;
    }
}
