package dev.millrace.cli;

import java.util.ArrayList;
import java.util.List;

/** How many columns of a terminal a text takes: signs of East Asian scripts take two, marks over letters none. */
final class TextWidth {
    private TextWidth() {}

    static int of(String text) {
        return text.codePoints().map(TextWidth::of).sum();
    }

    private static int of(int letter) {
        int type = Character.getType(letter);
        if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK || type == Character.FORMAT)
            return 0;
        return isWide(letter) ? 2 : 1;
    }

    private static boolean isWide(int letter) {
        return (letter >= 0x1100 && letter <= 0x115F)
                || (letter >= 0x2E80 && letter <= 0xA4CF && letter != 0x303F)
                || (letter >= 0xAC00 && letter <= 0xD7A3)
                || (letter >= 0xF900 && letter <= 0xFAFF)
                || (letter >= 0xFE30 && letter <= 0xFE6F)
                || (letter >= 0xFF00 && letter <= 0xFF60)
                || (letter >= 0xFFE0 && letter <= 0xFFE6)
                || (letter >= 0x1F300 && letter <= 0x1F9FF)
                || (letter >= 0x20000 && letter <= 0x3FFFD);
    }

    /**
     * The text over several lines, broken between words; all but the first are to be set in by two columns, which they
     * leave free. A word that is longer than a line stays whole: a path is worth more than a straight edge.
     */
    static List<String> wrapped(String text, int width) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : text.split(" ", -1)) {
            int room = lines.isEmpty() ? width : width - 2;
            if (!line.isEmpty() && of(line.toString()) + 1 + of(word) > room) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines;
    }

    /** The text, or as much of its beginning as fits before the sign that it was cut. */
    static String cut(String text, int width, String sign) {
        if (of(text) <= width) return text;
        StringBuilder kept = new StringBuilder();
        int left = width - sign.length();
        for (int letter : text.codePoints().toArray()) {
            left -= of(letter);
            if (left < 0) break;
            kept.appendCodePoint(letter);
        }
        return kept.append(sign).toString();
    }
}
