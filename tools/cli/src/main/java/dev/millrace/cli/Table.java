package dev.millrace.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Aligned columns. On a terminal that is too narrow, the widest column of texts gives way, and what does not fit ends with
 * two dots; but never the first, whose names people type again. Where even that does not help, each row becomes a
 * paragraph. In a pipe nothing is ever cut.
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
        if (terminal.columns() > 0 && total(widths) > terminal.columns()) return paragraphs(terminal);
        Ink ink = new Ink(terminal.coloured());
        StringBuilder text = new StringBuilder();
        List<Cell> head =
                headers.stream().map(header -> new Cell(header, Ink.Tone.HEAD)).toList();
        append(text, head, widths, ink);
        for (List<Cell> row : rows) append(text, row, widths, ink);
        return text.toString();
    }

    private String paragraphs(Terminal terminal) {
        StringBuilder text = new StringBuilder();
        Ink ink = new Ink(terminal.coloured());
        boolean named = !numbers.get(0);
        for (List<Cell> row : rows) {
            if (named) text.append(ink.paint(Ink.Tone.HEAD, row.get(0).text())).append('\n');
            text.append(paragraph(row, named ? 1 : 0, terminal.columns()));
        }
        return text.toString();
    }

    /** "state running, slots 0/2", without what there is nothing to say of. */
    private String paragraph(List<Cell> row, int first, int columns) {
        StringBuilder text = new StringBuilder();
        int used = 0;
        for (int i = first; i < row.size(); i++) {
            String value = row.get(i).text();
            if (value.isEmpty() || value.equals(Shown.NOTHING)) continue;
            String piece = headers.get(i).toLowerCase(Locale.ROOT) + " " + value;
            boolean fits = used > 0 && used + 2 + TextWidth.of(piece) <= columns;
            List<String> lines = TextWidth.wrapped(piece, columns - GAP.length());
            text.append(fits ? ", " : used == 0 ? GAP : "\n" + GAP)
                    .append(fits ? piece : String.join("\n" + GAP + GAP, lines));
            used = lines.size() > 1 ? columns : (fits ? used : 0) + 2 + TextWidth.of(piece);
        }
        return used == 0 ? "" : text.append('\n').toString();
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
        for (int i = 1; i < widths.length; i++) {
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
