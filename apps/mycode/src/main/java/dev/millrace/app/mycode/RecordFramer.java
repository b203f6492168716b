package dev.millrace.app.mycode;

import java.io.IOException;
import java.io.Reader;
import org.jspecify.annotations.Nullable;

/**
 * Cuts text into records, so that one broken quote costs one line and not the rest of the file.
 *
 * <p>A CSV reader that meets an opening quote without its end swallows everything up to the next quote, or to the end
 * of the file. So the cutting is done before the reading: this class knows only where fields are quoted and where lines
 * end, looks ahead over one record of at most {@value #LONGEST_RECORD} characters, and hands on records whose quotes
 * are in order. When they are not, it gives up the line where the record began, and starts again at the line after it.
 *
 * <p>A quote opens at the start of a field only; elsewhere in a bare field it is a letter like others, as in
 * {@code 5'10"}. In a quoted field two quotes stand for one. After the closing quote there may be blanks. Lines end
 * with {@code \n}, {@code \r\n} or {@code \r}. Empty lines are skipped.
 */
final class RecordFramer {
    /** The most characters of one record, its line ends included. */
    static final int LONGEST_RECORD = 1 << 20;

    private static final int START_WINDOW = 1 << 14;
    private static final int END = -1;

    private enum Place {
        FIELD_START,
        BARE,
        QUOTED,
        /** A quote inside quotes: the end of the field, or the first half of a written quote. */
        QUOTE_SEEN,
        CLOSED,
        BROKEN
    }

    private final Reader in;
    private final char delimiter;
    private char[] window = new char[START_WINDOW];
    private int start;
    private int end;
    private boolean ended;
    private long line = 1;

    RecordFramer(Reader in, char delimiter) {
        this.in = in;
        this.delimiter = delimiter;
    }

    /** The next record or broken line; null at the end of the text. */
    @Nullable
    Framed next() throws IOException {
        while (isLineEnd(at(0))) skipLine();
        return at(0) == END ? null : scan();
    }

    /**
     * The state machine over one record. {@code restart} is where its first line ends, the place to go on from when a
     * quote turns out to be broken; negative while that line goes on.
     */
    private Framed scan() throws IOException {
        Place place = Place.FIELD_START;
        int restart = -1;
        long innerLines = 0;
        for (int i = 0; i < LONGEST_RECORD; i++) {
            int c = at(i);
            boolean lineEnd = isLineEnd(c);
            if (place != Place.QUOTED && (lineEnd || c == END)) return whole(i, innerLines);
            if (c == END) return broken(restart, i, "opens a quote that is never closed");
            place = after(place, c);
            if (place == Place.BROKEN) return broken(restart, i, "has text after a closing quote");
            if (!lineEnd) continue;
            if (restart < 0) restart = i;
            if (c == '\n' || at(i + 1) != '\n') innerLines++;
        }
        String reason = place == Place.QUOTED ? "opens a quote that is not closed within " : "is longer than ";
        return broken(restart, LONGEST_RECORD, reason + LONGEST_RECORD + " characters");
    }

    private Place after(Place place, int c) {
        if (place == Place.QUOTED) return c == '"' ? Place.QUOTE_SEEN : Place.QUOTED;
        if (c == delimiter) return Place.FIELD_START;
        return switch (place) {
            case FIELD_START -> c == '"' ? Place.QUOTED : Place.BARE;
            case BARE -> Place.BARE;
            case QUOTE_SEEN -> c == '"' ? Place.QUOTED : blankOrBroken(c);
            default -> blankOrBroken(c);
        };
    }

    private static Place blankOrBroken(int c) {
        return Character.isWhitespace(c) ? Place.CLOSED : Place.BROKEN;
    }

    private Framed whole(int length, long innerLines) throws IOException {
        Framed whole = new Framed.Whole(line, new String(window, start, length));
        start += length;
        line += innerLines;
        skipLine();
        return whole;
    }

    private Framed broken(int restart, int seen, String reason) throws IOException {
        Framed broken = new Framed.Broken(line, reason);
        start += restart < 0 ? seen : restart;
        // A line without end is dropped as it comes, so that its length does not matter.
        while (at(0) != END && !isLineEnd(at(0))) start++;
        skipLine();
        return broken;
    }

    private void skipLine() throws IOException {
        int c = at(0);
        if (c == END) return;
        start++;
        if (c == '\r' && at(0) == '\n') start++;
        line++;
    }

    private static boolean isLineEnd(int c) {
        return c == '\n' || c == '\r';
    }

    /** The character that many places after the start of the record. */
    private int at(int offset) throws IOException {
        while (start + offset >= end) if (!fill()) return END;
        return window[start + offset];
    }

    private boolean fill() throws IOException {
        if (ended) return false;
        if (end == window.length) makeRoom();
        int count = in.read(window, end, window.length - end);
        ended = count < 0;
        end += Math.max(0, count);
        return !ended;
    }

    /** Moves what is left to the front, into a larger window when it fills more than half of this one. */
    private void makeRoom() {
        int left = end - start;
        char[] roomy = left > window.length / 2 ? new char[window.length * 2] : window;
        System.arraycopy(window, start, roomy, 0, left);
        window = roomy;
        start = 0;
        end = left;
    }
}
