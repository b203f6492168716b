package dev.millrace.app.mycode;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * One value, looked at once.
 *
 * <p>Integer: digits with an optional sign, without leading zeros (a postal code such as 02134 is text, because as a
 * number it would lose its zero). Number: decimal digits with an optional point and exponent, within the range of a
 * double. Boolean: true or false in any case. Date: 2026-11-21. Datetime: a date, {@code T} or a blank, hours and
 * minutes, optionally seconds and their fraction, optionally {@code Z} or an offset such as +01:00. All others are text.
 * Blanks around a value do not count for its type.
 *
 * @param text as it stands in the file
 * @param stripped without blanks around it
 * @param type never {@link ValueType#EMPTY}
 * @param number of integers and numbers, else NaN
 * @param instant of dates and datetimes; a time without offset counts as UTC, a date as its first moment
 */
record Value(
        String text,
        String stripped,
        ValueType type,
        double number,
        @Nullable Instant instant) {
    /** Longer texts are never numbers; no double needs more digits to be written exactly. */
    private static final int LONGEST_NUMBER = 800;

    /** A longer exponent leaves the range of a double anyway, or says nothing. */
    private static final int MOST_EXPONENT_DIGITS = 4;

    private static final int DATE_LENGTH = 10;
    private static final int LONGEST_DATETIME = 40;

    static Value of(String text) {
        String stripped = text.strip();
        int first = stripped.isEmpty() ? 0 : stripped.charAt(0);
        if (first == '+' || first == '-' || first == '.' || (first >= '0' && first <= '9'))
            return numeric(text, stripped);
        boolean flag = stripped.equalsIgnoreCase("true") || stripped.equalsIgnoreCase("false");
        return plain(text, stripped, flag ? ValueType.BOOLEAN : ValueType.TEXT);
    }

    private static Value plain(String text, String stripped, ValueType type) {
        return new Value(text, stripped, type, Double.NaN, null);
    }

    private static Value numeric(String text, String stripped) {
        ValueType type = numberType(stripped);
        if (type == ValueType.TEXT) return temporal(text, stripped);
        double number = Double.parseDouble(stripped);
        if (Double.isInfinite(number)) return plain(text, stripped, ValueType.TEXT);
        return new Value(text, stripped, type, number, null);
    }

    /** Integer, number, or text when it is neither. By hand, because this runs for every value. */
    private static ValueType numberType(String s) {
        if (s.length() > LONGEST_NUMBER) return ValueType.TEXT;
        int i = s.charAt(0) == '+' || s.charAt(0) == '-' ? 1 : 0;
        int afterWhole = skipDigits(s, i);
        int whole = afterWhole - i;
        if (whole > 1 && s.charAt(i) == '0') return ValueType.TEXT;
        if (afterWhole == s.length()) return whole > 0 ? ValueType.INTEGER : ValueType.TEXT;
        int afterFraction = s.charAt(afterWhole) == '.' ? skipDigits(s, afterWhole + 1) : afterWhole;
        int fraction = Math.max(0, afterFraction - afterWhole - 1);
        if (whole + fraction == 0) return ValueType.TEXT;
        return afterFraction == s.length() || isExponent(s, afterFraction) ? ValueType.NUMBER : ValueType.TEXT;
    }

    private static boolean isExponent(String s, int at) {
        if (at + 1 == s.length() || "eE".indexOf(s.charAt(at)) < 0) return false;
        char sign = s.charAt(at + 1);
        int from = sign == '+' || sign == '-' ? at + 2 : at + 1;
        int digits = skipDigits(s, from) - from;
        return digits > 0 && digits <= MOST_EXPONENT_DIGITS && from + digits == s.length();
    }

    private static int skipDigits(String s, int from) {
        int i = from;
        while (i < s.length() && s.charAt(i) >= '0' && s.charAt(i) <= '9') i++;
        return i;
    }

    private static Value temporal(String text, String s) {
        boolean shaped = s.length() >= DATE_LENGTH && s.length() <= LONGEST_DATETIME && s.charAt(4) == '-';
        if (!shaped) return plain(text, s, ValueType.TEXT);
        try {
            if (s.length() == DATE_LENGTH) return new Value(text, s, ValueType.DATE, Double.NaN, startOf(s));
            return new Value(text, s, ValueType.DATETIME, Double.NaN, moment(s));
        } catch (DateTimeException e) {
            return plain(text, s, ValueType.TEXT);
        }
    }

    private static Instant startOf(String date) {
        return LocalDate.parse(date).atStartOfDay().toInstant(ZoneOffset.UTC);
    }

    private static Instant moment(String s) {
        String iso =
                s.charAt(DATE_LENGTH) == ' ' ? s.substring(0, DATE_LENGTH) + "T" + s.substring(DATE_LENGTH + 1) : s;
        boolean offset = iso.endsWith("Z") || iso.indexOf('+') > 0 || iso.lastIndexOf('-') > DATE_LENGTH;
        if (offset) return OffsetDateTime.parse(iso).toInstant();
        return LocalDateTime.parse(iso).toInstant(ZoneOffset.UTC);
    }
}
