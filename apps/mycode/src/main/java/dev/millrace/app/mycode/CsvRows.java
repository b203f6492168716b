package dev.millrace.app.mycode;

import java.io.IOException;
import java.io.Reader;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.jspecify.annotations.Nullable;

/**
 * The rows below a header. {@link RecordFramer} says where each record is; commons-csv takes it apart. One parser serves
 * the whole file: it reads from a feed that holds one framed record at a time.
 */
final class CsvRows {
    private final RecordFramer framer;
    private final RecordFeed feed = new RecordFeed();
    private final CSVParser parser;
    private final List<String> header;

    /** @throws NotCsvException when there is no usable header */
    CsvRows(Reader text, char delimiter) throws IOException {
        framer = new RecordFramer(text, delimiter);
        CSVFormat format = CSVFormat.DEFAULT
                .builder()
                .setDelimiter(delimiter)
                .setIgnoreEmptyLines(false)
                .get();
        parser = CSVParser.builder().setReader(feed).setFormat(format).get();
        header = readHeader();
    }

    private List<String> readHeader() throws IOException {
        Framed first = framer.next();
        if (first == null) throw new NotCsvException("is empty; a CSV file starts with a line of column names");
        if (first instanceof Framed.Whole whole) return fields(whole);
        throw new NotCsvException("is no CSV: its header in line " + first.line() + " "
                + ((Framed.Broken) first).reason() + "; a CSV file starts with a line of column names");
    }

    List<String> header() {
        return header;
    }

    /** The next row; null after the last one. */
    @Nullable
    Row next() throws IOException {
        Framed framed = framer.next();
        if (framed == null) return null;
        if (framed instanceof Framed.Broken broken) return new Row.Bad(broken.line(), broken.reason());
        List<String> fields = fields((Framed.Whole) framed);
        if (fields.size() == header.size()) return new Row.Good(framed.line(), fields);
        return new Row.Bad(framed.line(), "has " + count(fields.size()) + ", but the header has " + header.size());
    }

    private static String count(int fields) {
        return fields == 1 ? "1 field" : fields + " fields";
    }

    private List<String> fields(Framed.Whole whole) {
        feed.offer(whole.text());
        CSVRecord record = parser.iterator().next();
        return record.toList();
    }
}
