package dev.millrace.app.mycode;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** A CSV text, and what is in it, both from one generator. */
final class RandomCsv {
    private static final List<String> TEXTS = List.of(
            "",
            "NA",
            "null",
            " ",
            "a,b",
            "say \"hi\"",
            "two\nlines",
            "two\r\nlines",
            "\r",
            "é",
            "日本",
            "😀,\"😀\"",
            "x",
            "\"");
    private static final List<String> NUMBERS =
            List.of("0", "-0", "7", "+7", "1.50", "1.5", "-2e3", ".5", "9007199254740993", "9007199254740992");
    private static final List<String> ODDITIES =
            List.of("1e400", "007", "1.", "1e", "--1", "TRUE", "false", "2024-02-30", "Infinity", "-inf", "1_000");
    private static final List<String> LINE_ENDS = List.of("\n", "\r\n", "\r");
    private static final List<String> DATES =
            List.of("2024-02-29", "1999-12-31", "2024-02-29 10:30", "2024-02-29T10:30:15");

    final List<List<String>> rows = new ArrayList<>();
    final List<Long> badLines = new ArrayList<>();
    private final RandomGenerator random;
    private final StringBuilder text = new StringBuilder();
    private final int width;
    private final List<List<String>> pools = new ArrayList<>();
    private long line = 1;

    RandomCsv(RandomGenerator random) {
        this.random = random;
        this.width = random.nextInt(2, 7);
        for (int i = 0; i < width; i++) pools.add(pool());
        write(header());
        int wanted = random.nextInt(0, 120);
        for (int i = 0; i < wanted; i++) writeSomething();
        // Less noise than rows, so that the text is never taken for no CSV at all.
        write(remembered(row(width)));
    }

    String text() {
        return text.toString();
    }

    int width() {
        return width;
    }

    private List<String> header() {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < width; i++) names.add("name " + i + ",\n\"");
        return names;
    }

    private List<String> pool() {
        List<String> integers = new ArrayList<>();
        for (int i = 0; i < 40; i++) integers.add(String.valueOf(random.nextInt(-50, 50)));
        return switch (random.nextInt(6)) {
            case 0 -> TEXTS;
            case 1 -> NUMBERS;
            case 2 -> DATES;
            case 3 -> List.of("true", "False", "NA");
            case 4 -> integers;
            default -> {
                List<String> all = new ArrayList<>(TEXTS);
                all.addAll(NUMBERS);
                all.addAll(ODDITIES);
                all.addAll(DATES);
                yield all;
            }
        };
    }

    private void writeSomething() {
        switch (random.nextInt(12)) {
            case 0 -> writeBad(row(width + 1));
            case 1 -> writeBad(row(width - 1));
            case 2 -> writeBroken();
            case 3 -> endLine();
            default -> write(remembered(row(width)));
        }
    }

    private List<String> remembered(List<String> row) {
        rows.add(row);
        return row;
    }

    private List<String> row(int fields) {
        List<String> row = new ArrayList<>();
        for (int i = 0; i < fields; i++) {
            List<String> pool = pools.get(i % width);
            row.add(pool.get(random.nextInt(pool.size())));
        }
        return row;
    }

    private void writeBad(List<String> fields) {
        // One empty field alone would be an empty line, which is no row at all.
        if (fields.size() == 1 && fields.get(0).isEmpty()) fields.set(0, "x");
        badLines.add(line);
        write(fields);
    }

    private void writeBroken() {
        badLines.add(line);
        text.append("\"a\"b,c");
        endLine();
    }

    private void write(List<String> fields) {
        for (int i = 0; i < fields.size(); i++) writeField(i, fields.get(i));
        endLine();
    }

    private void writeField(int position, String value) {
        if (position > 0) text.append(',');
        boolean needsQuotes = value.matches("(?s).*[,\"\r\n].*");
        if (!needsQuotes && random.nextInt(4) > 0) {
            text.append(value);
            return;
        }
        text.append('"').append(value.replace("\"", "\"\"")).append('"');
        line += value.replace("\r\n", "\n")
                .chars()
                .filter(c -> c == '\n' || c == '\r')
                .count();
    }

    private void endLine() {
        String end = LINE_ENDS.get(random.nextInt(LINE_ENDS.size()));
        // A bare \r before an empty line that ends with \n would be one line end, not two.
        boolean joins = end.equals("\n") && text.length() > 0 && text.charAt(text.length() - 1) == '\r';
        text.append(joins ? "\r\n" : end);
        line++;
    }
}
