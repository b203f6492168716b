package dev.millrace.settings;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads numbers as Python's {@code int()} and {@code float()} do, because AGILAB's settings were written for them. */
final class PythonNumbers {
    private static final String DIGITS = "\\d+(?:_\\d+)*";
    private static final Pattern WHOLE = Pattern.compile("[+-]?" + DIGITS);
    private static final Pattern REAL = Pattern.compile(
            "[+-]?(?:" + DIGITS + "(?:\\.(?:" + DIGITS + ")?)?|\\." + DIGITS + ")(?:[eE][+-]?" + DIGITS + ")?");
    private static final int MOST_LETTERS = 100;

    private PythonNumbers() {}

    /** {@code int(value)}: a fraction is cut off, true is 1, text must be whole. Empty for what Python refuses. */
    static Optional<BigInteger> whole(JsonNode value) {
        if (value.isTextual()) return spelled(WHOLE, value).map(BigInteger::new);
        return real(value).map(number -> BigDecimal.valueOf(number).toBigInteger());
    }

    /** {@code float(value)}, finite only. */
    static Optional<Double> real(JsonNode value) {
        if (value.isBoolean()) return Optional.of(value.booleanValue() ? 1.0 : 0.0);
        Optional<Double> number = value.isNumber()
                ? Optional.of(value.doubleValue())
                : spelled(REAL, value).map(Double::valueOf);
        return number.filter(Double::isFinite);
    }

    private static Optional<String> spelled(Pattern pattern, JsonNode value) {
        if (!value.isTextual() || value.textValue().length() > MOST_LETTERS) return Optional.empty();
        return Optional.of(value.textValue().strip())
                .filter(text -> pattern.matcher(text).matches())
                .map(text -> text.replace("_", ""));
    }
}
