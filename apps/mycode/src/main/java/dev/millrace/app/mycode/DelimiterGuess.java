package dev.millrace.app.mycode;

import java.io.IOException;
import java.io.Reader;

/** Takes the delimiter from the first line: the most frequent of a few, outside quotes. */
final class DelimiterGuess {
    private static final String CANDIDATES = ",;\t|";
    private static final int LOOKED_AT = 1 << 16;

    private DelimiterGuess() {}

    /**
     * The delimiter of the text ahead; a comma when there is none, because a file may have one column.
     *
     * @param text supports mark; it stands where it stood before
     */
    static char of(Reader text) throws IOException {
        text.mark(LOOKED_AT);
        int[] counts = count(text);
        text.reset();
        int best = 0;
        for (int i = 1; i < counts.length; i++) if (counts[i] > counts[best]) best = i;
        return CANDIDATES.charAt(best);
    }

    private static int[] count(Reader text) throws IOException {
        int[] counts = new int[CANDIDATES.length()];
        boolean quoted = false;
        boolean begun = false;
        for (int i = 0; i < LOOKED_AT; i++) {
            int c = text.read();
            boolean lineEnd = c == '\n' || c == '\r';
            if (c < 0 || (begun && lineEnd && !quoted)) break;
            begun |= !lineEnd;
            if (c == '"') quoted = !quoted;
            int candidate = quoted ? -1 : CANDIDATES.indexOf(c);
            if (candidate >= 0) counts[candidate]++;
        }
        return counts;
    }
}
