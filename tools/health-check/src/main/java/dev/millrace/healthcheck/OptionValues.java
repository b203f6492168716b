package dev.millrace.healthcheck;

import dev.millrace.health.HealthFormat;
import java.math.BigDecimal;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ParseResult;

/**
 * What the values of the options mean. A limit outside its range is brought into it, as AGILAB does; what is no number,
 * "not a number" included, is refused, because it would switch its rule off.
 */
final class OptionValues {
    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);
    private static final BigDecimal MILLIS = BigDecimal.valueOf(1000);
    private static final BigDecimal LONGEST_TIMEOUT = BigDecimal.valueOf(86_400);

    private final ParseResult parsed;

    OptionValues(ParseResult parsed) {
        this.parsed = parsed;
    }

    CheckOptions read() throws BadCommandLineException {
        Overrides overrides = new Overrides(flag(OptionTable.ALLOW_IDLE), maxUnhealthy(), maxRestartRate());
        return new CheckOptions(request(), overrides, format(), verbose());
    }

    private Request request() throws BadCommandLineException {
        return new Request(
                app(),
                path(OptionTable.APPS_PATH),
                path(OptionTable.HEALTH_OUTPUT_PATH),
                flag(OptionTable.OBSERVE).orElse(false),
                timeout(),
                path(OptionTable.SHARE));
    }

    private String app() throws BadCommandLineException {
        String name = text(OptionTable.APP).orElse("");
        if (name.isBlank()) throw new BadCommandLineException("--app must name an app");
        return name;
    }

    /** An empty path is the default place, as in AGILAB. */
    private Optional<Path> path(String option) throws BadCommandLineException {
        String path = text(option).orElse("");
        try {
            return path.isEmpty() ? Optional.empty() : Optional.of(Path.of(path));
        } catch (InvalidPathException e) {
            throw new BadCommandLineException(option + " must be a path, not '" + path + "'");
        }
    }

    private Duration timeout() throws BadCommandLineException {
        Optional<BigDecimal> seconds = number(OptionTable.TIMEOUT, "a number of seconds above 0");
        if (seconds.isEmpty()) return DEFAULT_TIMEOUT;
        if (seconds.get().signum() <= 0 || seconds.get().compareTo(LONGEST_TIMEOUT) > 0)
            throw new BadCommandLineException("--timeout must be above 0 and at most 86400 seconds, not "
                    + text(OptionTable.TIMEOUT).orElse(""));
        return Duration.ofMillis(Math.max(1, seconds.get().multiply(MILLIS).longValue()));
    }

    private OptionalInt maxUnhealthy() throws BadCommandLineException {
        Optional<String> text = text(OptionTable.MAX_UNHEALTHY);
        if (text.isEmpty()) return OptionalInt.empty();
        try {
            return OptionalInt.of(Math.max(0, Integer.parseInt(text.get().strip())));
        } catch (NumberFormatException e) {
            throw wrong(OptionTable.MAX_UNHEALTHY, "a whole number from 0", text.get());
        }
    }

    private OptionalDouble maxRestartRate() throws BadCommandLineException {
        Optional<BigDecimal> rate = number(OptionTable.MAX_RESTART_RATE, "a number from 0 to 1");
        if (rate.isEmpty()) return OptionalDouble.empty();
        return OptionalDouble.of(
                rate.get().max(BigDecimal.ZERO).min(BigDecimal.ONE).doubleValue());
    }

    private HealthFormat format() throws BadCommandLineException {
        String word = text(OptionTable.FORMAT).orElse(HealthFormat.JSON.word());
        return HealthFormat.of(word).orElseThrow(() -> wrong(OptionTable.FORMAT, "json, prometheus or nagios", word));
    }

    private int verbose() throws BadCommandLineException {
        String level = text(OptionTable.VERBOSE).orElse("0");
        if (level.matches("[0-9]{1,3}")) return Integer.parseInt(level);
        throw wrong(OptionTable.VERBOSE, "a whole number from 0", level);
    }

    /** BigDecimal reads plain decimal numbers only: no NaN, no infinity, no hexadecimal, no suffix. */
    private Optional<BigDecimal> number(String option, String right) throws BadCommandLineException {
        Optional<String> text = text(option);
        if (text.isEmpty()) return Optional.empty();
        try {
            return Optional.of(new BigDecimal(text.get().strip()));
        } catch (NumberFormatException e) {
            throw wrong(option, right, text.get());
        }
    }

    private static BadCommandLineException wrong(String option, String right, String value) {
        return new BadCommandLineException(option + " must be " + right + ", not '" + value + "'");
    }

    private Optional<String> text(String option) {
        @Nullable String value = parsed.matchedOptionValue(option, null);
        return Optional.ofNullable(value);
    }

    private Optional<Boolean> flag(String option) {
        @Nullable Boolean value = parsed.matchedOptionValue(option, null);
        return Optional.ofNullable(value);
    }
}
