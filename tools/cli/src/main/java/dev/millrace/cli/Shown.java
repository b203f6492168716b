package dev.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.json.Json;
import dev.millrace.liveness.Heartbeat;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.OptionalDouble;

/** How values look to people. */
final class Shown {
    /** Stands where there is nothing to show. */
    static final String NOTHING = "-";

    private static final String[] BYTE_UNITS = {"B", "kB", "MB", "GB", "TB"};
    private static final int LONG_VALUE = 60;

    private Shown() {}

    /** A length of time: 0.123 s, 12.3 s, 5 min 03 s, 2 h 05 min, 4 d 2 h. */
    static String seconds(double length) {
        if (length < 0) return "-" + seconds(-length);
        if (length < 1) return decimal("%.3f s", length);
        if (length < 60) return decimal("%.1f s", length);
        long whole = (long) length;
        if (whole < 3_600) return String.format(Locale.ROOT, "%d min %02d s", whole / 60, whole % 60);
        if (whole < 86_400) return String.format(Locale.ROOT, "%d h %02d min", whole / 3_600, whole / 60 % 60);
        return String.format(Locale.ROOT, "%d d %d h", whole / 86_400, whole / 3_600 % 24);
    }

    static String seconds(OptionalDouble length) {
        return length.isPresent() ? seconds(length.getAsDouble()) : NOTHING;
    }

    /** "42% second page". */
    static String progress(Heartbeat.Progress progress) {
        return (Math.round(progress.fraction() * 100) + "% " + line(progress.message())).strip();
    }

    /** An amount of bytes with decimal units: 12 B, 1.2 kB, 240 MB. */
    static String bytes(long amount) {
        double left = amount;
        int unit = 0;
        while (left >= 1_000 && unit < BYTE_UNITS.length - 1) {
            left /= 1_000;
            unit++;
        }
        return (unit == 0 || left >= 100 ? decimal("%.0f ", left) : decimal("%.1f ", left)) + BYTE_UNITS[unit];
    }

    private static String decimal(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }

    /** "1 worker", "2 workers". */
    static String count(long number, String one) {
        return number + " " + one + (number == 1 ? "" : "s");
    }

    /**
     * A stranger's text on one line: what would move the cursor or break the line is replaced, because file names and
     * error texts come from outside.
     */
    static String line(String text) {
        StringBuilder clean = new StringBuilder(text.length());
        text.codePoints()
                .forEach(letter -> clean.appendCodePoint(
                        letter == '\n' || letter == '\t' ? ' ' : Character.isISOControl(letter) ? '?' : letter));
        return clean.toString();
    }

    /** The same over several lines: line ends stay. */
    static String lines(String text) {
        return String.join(
                "\n", text.replace("\t", "    ").lines().map(Shown::line).toList());
    }

    /** A JSON value for people: texts without quotes, the rest as JSON, cut when long. */
    static String value(JsonNode value) {
        String text = value.isTextual() ? value.textValue() : value.toString();
        String shown = line(text);
        return shown.length() <= LONG_VALUE ? shown : shown.substring(0, LONG_VALUE) + "..";
    }

    static String indented(JsonNode value) {
        return new String(Json.indented(value), StandardCharsets.UTF_8).stripTrailing();
    }
}
