package dev.millrace.cli;

import java.util.ArrayList;
import java.util.List;

/**
 * Aligned columns. On a terminal that is too narrow, the widest column that is not a number gives way and its texts end
 * with two dots; in a pipe nothing is ever cut.
 */
final class Table {
    private static final String GAP = "  ";
    private static final String CUT = "..";
    private static final int NARROWEST = 6;

    private final List<String> headers = new ArrayList<>();
    private final List<Boolean> numbers = new ArrayList<>();
    private final List<List<Cell>> rows = new ArrayList<>();

    private record Cell(String text, Ink.Tone tone) {}

    /** A header that starts with '>' is that of a column of numbers, aligned to the right. */
    Table(String... headers) {
        for (String header : headers) {
            numbers.add(header.startsWith(">"));
            this.headers.add(header.startsWith(">") ? header.substring(1) : header);
        }
    }

    /** One row; states are painted in their tone. */
    Table row(Object... values) {
        List<Cell> row = new ArrayList<>();
        for (Object value : values) {
            String text = Shown.line(String.valueOf(value));
            row.add(new Cell(text, Ink.Tone.of(text)));
        }
        rows.add(row);
        return this;
    }

    boolean isEmpty() {
        return rows.isEmpty();
    }

    /** The lines, each without blanks at its end. */
    String text(Terminal terminal) {
        int[] widths = widths(terminal.columns());
        Ink ink = new Ink(terminal.coloured());
        StringBuilder text = new StringBuilder();
        List<Cell> head =
                headers.stream().map(header -> new Cell(header, Ink.Tone.HEAD)).toList();
        append(text, head, widths, ink);
        for (List<Cell> row : rows) append(text, row, widths, ink);
        return text.toString();
    }

    private int[] widths(int columns) {
        int[] widths = new int[headers.size()];
        for (int i = 0; i < widths.length; i++) {
            widths[i] = TextWidth.of(headers.get(i));
            for (List<Cell> row : rows)
                widths[i] = Math.max(widths[i], TextWidth.of(row.get(i).text()));
        }
        for (int widest = widest(widths);
                columns > 0 && total(widths) > columns && widest >= 0;
                widest = widest(widths)) widths[widest]--;
        return widths;
    }

    private static int total(int[] widths) {
        int total = GAP.length() * (widths.length - 1);
        for (int width : widths) total += width;
        return total;
    }

    /** The column that can give way best, or -1 when none can. */
    private int widest(int[] widths) {
        int widest = -1;
        for (int i = 0; i < widths.length; i++) {
            boolean canShrink = !numbers.get(i)
                    && widths[i] > Math.max(NARROWEST, headers.get(i).length());
            if (canShrink && (widest < 0 || widths[i] > widths[widest])) widest = i;
        }
        return widest;
    }

    private void append(StringBuilder text, List<Cell> cells, int[] widths, Ink ink) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String shown = TextWidth.cut(cells.get(i).text(), widths[i], CUT);
            String blanks = " ".repeat(Math.max(0, widths[i] - TextWidth.of(shown)));
            String painted = ink.paint(cells.get(i).tone(), shown);
            if (i > 0) line.append(GAP);
            line.append(numbers.get(i) ? blanks + painted : painted + blanks);
        }
        text.append(line.toString().stripTrailing()).append('\n');
    }
}
