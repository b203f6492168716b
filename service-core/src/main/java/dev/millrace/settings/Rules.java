package dev.millrace.settings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The kinds of single values that settings have. Numbers are finite everywhere. */
final class Rules {
    /** Longer than any service lives, short enough that no sum overflows: about 31 years. */
    static final double MOST_SECONDS = 1e9;

    private static final int MOST_TEXT = 4_096;
    private static final String MODE_LETTERS = "pcdr";
    private static final int MOST_MODE = 63;
    private static final int DASK = 4;

    private Rules() {}

    static Rule flag() {
        return new Rule("true or false", value -> Optional.of(value).filter(JsonNode::isBoolean));
    }

    /** A flag in any form that AGILAB's validator takes: a whole number counts as true unless it is 0. */
    static Rule looseFlag() {
        return new Rule(
                "true, false or a whole number",
                value -> value.isBoolean()
                        ? Optional.of(value)
                        : PythonNumbers.whole(value).map(number -> BooleanNode.valueOf(number.signum() != 0)));
    }

    static Rule text() {
        return new Rule(
                "text that is not blank, of one line",
                value -> Optional.of(value).filter(Rules::isLine));
    }

    static Rule oneOf(String... words) {
        return new Rule(
                "\"" + String.join("\" or \"", words) + "\"",
                value -> Optional.of(value)
                        .filter(JsonNode::isTextual)
                        .filter(text -> List.of(words).contains(text.textValue())));
    }

    static Rule whole(int least, int most) {
        return new Rule(
                "a whole number from " + least + " to " + most,
                value -> wholeNumber(value, least, most).map(IntNode::valueOf));
    }

    /** A whole number that an int may not hold. */
    static Rule bytes(long least, long most) {
        return new Rule("a whole number from " + least + " to " + most, value -> {
            double number = value.isNumber() ? value.doubleValue() : Double.NaN;
            boolean right = number >= least && number <= most && number == Math.rint(number);
            return right ? Optional.of(LongNode.valueOf((long) number)) : Optional.empty();
        });
    }

    /** A whole number whose negative values count as 0, as AGILAB has it. */
    static Rule count() {
        return new Rule(
                "a whole number from 0 (no limit) to " + Integer.MAX_VALUE,
                value -> wholeNumber(value, Integer.MIN_VALUE, Integer.MAX_VALUE)
                        .map(number -> IntNode.valueOf(Math.max(0, number))));
    }

    static Rule seconds(double least) {
        return new Rule(
                "a number of seconds from " + plain(least) + " to 1e9",
                value -> secondsFrom(value, least).map(DoubleNode::valueOf));
    }

    /** Seconds from 0; fewer than {@code floor} count as {@code floor}. */
    static Rule secondsRaisedTo(double floor) {
        return new Rule(
                "a number of seconds from 0 to 1e9",
                value -> secondsFrom(value, 0).map(seconds -> DoubleNode.valueOf(Math.max(floor, seconds))));
    }

    /** Seconds whose negative values count as 0, as AGILAB has it. */
    static Rule secondsOrZero() {
        return new Rule(
                "a number of seconds up to 1e9",
                value ->
                        secondsFrom(value, -Double.MAX_VALUE).map(seconds -> DoubleNode.valueOf(Math.max(0, seconds))));
    }

    /** Seconds from 0; {@code "none"}, in JSON also null, for no end. */
    static Rule waitLimit() {
        return new Rule("a number of seconds from 0 to 1e9, or \"none\" to wait without end", value -> {
            boolean endless =
                    value.isNull() || (value.isTextual() && value.textValue().equals("none"));
            return endless
                    ? Optional.of(NullNode.getInstance())
                    : secondsFrom(value, 0).map(DoubleNode::valueOf);
        });
    }

    static Rule mode() {
        return new Rule(
                "a number from 0 to 63 that has bit 4 (Dask), or letters of \"dcrp\" that have d",
                value -> modeBits(value).filter(bits -> (bits & DASK) != 0).map(IntNode::valueOf));
    }

    private static Optional<Integer> modeBits(JsonNode value) {
        if (!value.isTextual()) return wholeNumber(value, 0, MOST_MODE);
        int bits = 0;
        for (char letter : value.textValue().toLowerCase(Locale.ROOT).toCharArray()) {
            int bit = MODE_LETTERS.indexOf(letter);
            if (bit < 0) return Optional.empty();
            bits |= 1 << bit;
        }
        return Optional.of(bits);
    }

    /** Text that can stand in a list or a command line: not blank, not endless, no control characters. */
    static boolean isLine(JsonNode value) {
        return value.isTextual()
                && !value.textValue().isBlank()
                && value.textValue().length() <= MOST_TEXT
                && value.textValue().chars().noneMatch(Character::isISOControl);
    }

    static Optional<Integer> wholeNumber(JsonNode value, int least, int most) {
        double number = value.isNumber() ? value.doubleValue() : Double.NaN;
        boolean right = number >= least && number <= most && number == Math.rint(number);
        return right ? Optional.of((int) number) : Optional.empty();
    }

    static Optional<Double> secondsFrom(JsonNode value, double least) {
        double seconds = value.isNumber() ? value.doubleValue() : Double.NaN;
        boolean right = Double.isFinite(seconds) && seconds >= least && seconds <= MOST_SECONDS;
        return right ? Optional.of(seconds) : Optional.empty();
    }

    private static String plain(double number) {
        return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
    }
}
