package dev.millrace.task;

/** Numbers in names, read and written by hand: a worker reads several for each task, and patterns cost more than all else. */
final class Hex {
    private static final char[] DIGITS = "0123456789abcdef".toCharArray();

    private Hex() {}

    static String digits4(int value) {
        return new String(new char[] {
            DIGITS[value >> 12 & 15], DIGITS[value >> 8 & 15], DIGITS[value >> 4 & 15], DIGITS[value & 15]
        });
    }

    static String digits8(long value) {
        return digits4((int) (value >>> 16)) + digits4((int) value);
    }

    /** The value of lower-case hexadecimal digits; -1 when there is another character or none. */
    static long value(String text, int from, int to) {
        return digits(text, from, to, 16);
    }

    /** The value of decimal digits, at most 18; -1 when there is another character or none. */
    static long decimal(String text, int from, int to) {
        return digits(text, from, to, 10);
    }

    private static long digits(String text, int from, int to, int base) {
        if (from >= to) return -1;
        long value = 0;
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            int digit = c >= '0' && c <= '9' ? c - '0' : base == 16 && c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
            if (digit < 0) return -1;
            value = value * base + digit;
        }
        return value;
    }
}
