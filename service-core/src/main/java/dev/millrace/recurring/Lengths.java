package dev.millrace.recurring;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Lengths of time as people write them: {@code 90s}, {@code 15m}, {@code 1h30m}, {@code 2d}, or a number of seconds. */
final class Lengths {
    static final String SAYS = "a length such as \"90s\", \"15m\", \"1h30m\" or \"2d\", or whole seconds";

    private static final double MOST_SECONDS = 1e9;
    private static final Pattern FORM =
            Pattern.compile("(-)?(?:(\\d{1,6})d)?(?:(\\d{1,7})h)?(?:(\\d{1,8})m)?(?:(\\d{1,9})s)?");
    private static final long[] UNITS = {86_400, 3_600, 60, 1};
    private static final String LETTERS = "dhms";

    private Lengths() {}

    /** Whole seconds, perhaps negative; empty when it is no length. */
    static Optional<Duration> read(JsonNode value) {
        if (value.isTextual()) return read(value.textValue().strip().toLowerCase(Locale.ROOT));
        double seconds = value.isNumber() ? value.doubleValue() : Double.NaN;
        boolean right = Math.abs(seconds) <= MOST_SECONDS && seconds == Math.rint(seconds);
        return right ? Optional.of(Duration.ofSeconds((long) seconds)) : Optional.empty();
    }

    private static Optional<Duration> read(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches() || text.isEmpty() || text.equals("-")) return Optional.empty();
        long seconds = 0;
        for (int i = 0; i < UNITS.length; i++)
            if (form.group(i + 2) != null) seconds += Long.parseLong(form.group(i + 2)) * UNITS[i];
        return Optional.of(Duration.ofSeconds(form.group(1) == null ? seconds : -seconds));
    }

    /** The shortest text that {@link #read} takes. */
    static String text(Duration length) {
        StringBuilder text = new StringBuilder();
        long left = length.toSeconds();
        for (int i = 0; i < UNITS.length; i++) {
            if (left >= UNITS[i]) text.append(left / UNITS[i]).append(LETTERS.charAt(i));
            left %= UNITS[i];
        }
        return text.isEmpty() ? "0s" : text.toString();
    }
}
