package dev.millrace.task;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Whether a failed attempt is followed by another, and after how long. How many there may be in all is {@code
 * max_attempts}. Immutable.
 *
 * <pre>{@code Task.of("fetch").maxAttempts(8).retry(RetryPolicy.exponential(Duration.ofSeconds(2)).withCap(Duration.ofMinutes(5)))}</pre>
 *
 * @param strategy how the delay grows
 * @param base the first delay, 0 to 1e9 s
 * @param cap the longest delay before jitter, 0 to 1e9 s; one below the base counts as the base
 * @param factor by how much an exponential delay grows each time, 1 to 1000
 * @param jitter how delays are spread
 * @param onTimeout whether an attempt that ran into its time limit is followed by another
 * @param noRetryOn names of exception classes after which no other attempt is made; subclasses and causes count
 */
public record RetryPolicy(
        Strategy strategy,
        Duration base,
        Duration cap,
        double factor,
        Jitter jitter,
        boolean onTimeout,
        List<String> noRetryOn) {
    private static final RetryPolicy USUAL = new RetryPolicy(
            Strategy.EXPONENTIAL,
            Duration.ofSeconds(1),
            Duration.ofMinutes(1),
            2,
            Jitter.ofFraction(0.1),
            true,
            List.of());

    /** How the delay grows from one attempt to the next. */
    public enum Strategy {
        /** No other attempt follows a failed one; only those that a worker's death ended are made good. */
        NONE,
        /** Always the base. */
        FIXED,
        /** The base times the factor to the power of the attempts that failed before. */
        EXPONENTIAL;

        /** The word in documents and settings. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * How a delay is spread, so that tasks which failed together are not tried together: it is drawn evenly from between
     * {@code delay * (1 - below)} and {@code delay * (1 + above)}.
     *
     * @param below 0 to 1
     * @param above 0 to 1
     */
    public record Jitter(double below, double above) {
        /** The delay exactly. */
        public static final Jitter NONE = new Jitter(0, 0);

        /** From nothing to the whole delay: "full jitter" of Amazon's builders' library. */
        public static final Jitter FULL = new Jitter(1, 0);

        /** From half to the whole delay: "equal jitter" of Amazon's builders' library. */
        public static final Jitter EQUAL = new Jitter(0.5, 0);

        public Jitter {
            if (!(below >= 0 && below <= 1 && above >= 0 && above <= 1))
                throw new InvalidTaskException("retry.jitter", below + " and " + above, "must both be from 0 to 1");
        }

        /** So much of the delay more or less, 0 to 1; gRPC's way. */
        public static Jitter ofFraction(double fraction) {
            return new Jitter(fraction, fraction);
        }

        static Jitter of(JsonNode value) {
            if (value.isNumber()) return ofFraction(value.doubleValue());
            return switch (value.asText()) {
                case "full" -> FULL;
                case "equal" -> EQUAL;
                default -> NONE;
            };
        }

        private void putInto(ObjectNode json) {
            if (equals(NONE)) json.put("jitter", "none");
            else if (equals(FULL)) json.put("jitter", "full");
            else if (equals(EQUAL)) json.put("jitter", "equal");
            else json.put("jitter", above);
        }
    }

    /** @throws InvalidTaskException naming the key that is wrong */
    public RetryPolicy {
        noRetryOn = List.copyOf(noRetryOn);
        requireSeconds("retry.base", base);
        requireSeconds("retry.cap", cap);
        if (!(factor >= 1 && factor <= 1_000))
            throw new InvalidTaskException("retry.factor", Double.toString(factor), "must be from 1 to 1000");
    }

    private static void requireSeconds(String key, Duration length) {
        if (length.isNegative() || length.compareTo(AttemptRules.LONGEST) > 0)
            throw new InvalidTaskException(key, length.toString(), "must be from 0 to 1e9 seconds");
    }

    /** Exponential from 1 s by 2 up to 1 min, a tenth more or less; time limits are tried again. */
    public static RetryPolicy usual() {
        return USUAL;
    }

    /** A failed attempt is the last one. */
    public static RetryPolicy none() {
        return USUAL.withStrategy(Strategy.NONE);
    }

    /** The same delay each time. */
    public static RetryPolicy fixed(Duration delay) {
        return USUAL.withStrategy(Strategy.FIXED).withBase(delay);
    }

    /** A delay that doubles each time. */
    public static RetryPolicy exponential(Duration first) {
        return USUAL.withBase(first);
    }

    public RetryPolicy withStrategy(Strategy newStrategy) {
        return new RetryPolicy(newStrategy, base, cap, factor, jitter, onTimeout, noRetryOn);
    }

    public RetryPolicy withBase(Duration newBase) {
        return new RetryPolicy(strategy, newBase, cap, factor, jitter, onTimeout, noRetryOn);
    }

    public RetryPolicy withCap(Duration newCap) {
        return new RetryPolicy(strategy, base, newCap, factor, jitter, onTimeout, noRetryOn);
    }

    public RetryPolicy withFactor(double newFactor) {
        return new RetryPolicy(strategy, base, cap, newFactor, jitter, onTimeout, noRetryOn);
    }

    public RetryPolicy withJitter(Jitter newJitter) {
        return new RetryPolicy(strategy, base, cap, factor, newJitter, onTimeout, noRetryOn);
    }

    public RetryPolicy withOnTimeout(boolean newOnTimeout) {
        return new RetryPolicy(strategy, base, cap, factor, jitter, newOnTimeout, noRetryOn);
    }

    /** Also ends the task after an exception of this class. */
    public RetryPolicy withNoRetryOn(Class<? extends Throwable> type) {
        List<String> more = new ArrayList<>(noRetryOn);
        more.add(type.getName());
        return new RetryPolicy(strategy, base, cap, factor, jitter, onTimeout, more);
    }

    /**
     * How long to wait after an attempt that failed. Never overflows, however many there were.
     *
     * @param attempt the attempt's number, from 1
     * @param random draws the jitter
     */
    public Duration delay(int attempt, RandomGenerator random) {
        double delay = Math.min(grown(attempt), Math.max(seconds(base), seconds(cap)));
        double least = delay * (1 - jitter.below());
        double drawn = least + (delay * (1 + jitter.above()) - least) * random.nextDouble();
        return Duration.ofNanos(Math.round(drawn * 1e9));
    }

    /** Infinite when it is beyond all bounds; nothing times infinity is nothing. */
    private double grown(int attempt) {
        double first = seconds(base);
        boolean grows = strategy == Strategy.EXPONENTIAL && first > 0;
        return grows ? first * Math.pow(factor, Math.max(0, attempt - 1)) : first;
    }

    private static double seconds(Duration length) {
        return length.toNanos() / 1e9;
    }

    /** The object {@code retry}, with every key. */
    public ObjectNode toJson() {
        ObjectNode json = Json.object();
        json.put("strategy", strategy.word());
        json.put("base", seconds(base));
        json.put("cap", seconds(cap));
        json.put("factor", factor);
        jitter.putInto(json);
        json.put("on_timeout", onTimeout);
        noRetryOn.forEach(json.putArray("no_retry_on")::add);
        return json;
    }

    /** Reads an object that {@link #keys} find right; what it does not say is as {@link #usual}. */
    public static RetryPolicy of(ObjectNode json) {
        RetryPolicy policy = USUAL;
        if (json.hasNonNull("strategy"))
            policy = policy.withStrategy(
                    Strategy.valueOf(json.path("strategy").asText().toUpperCase(Locale.ROOT)));
        if (json.hasNonNull("base")) policy = policy.withBase(AttemptRules.length(json.path("base")));
        if (json.hasNonNull("cap")) policy = policy.withCap(AttemptRules.length(json.path("cap")));
        if (json.hasNonNull("factor"))
            policy = policy.withFactor(json.path("factor").doubleValue());
        if (json.hasNonNull("jitter")) policy = policy.withJitter(Jitter.of(json.path("jitter")));
        if (json.hasNonNull("on_timeout"))
            policy = policy.withOnTimeout(json.path("on_timeout").booleanValue());
        return json.hasNonNull("no_retry_on") ? policy.withNames(json.path("no_retry_on")) : policy;
    }

    private RetryPolicy withNames(JsonNode names) {
        List<String> all = new ArrayList<>();
        names.forEach(name -> all.add(name.asText()));
        return new RetryPolicy(strategy, base, cap, factor, jitter, onTimeout, all);
    }

    /** The keys of the object {@code retry} and what each may hold. */
    public static Map<String, KeyRule> keys() {
        return RetryKeys.TABLE.rules();
    }
}
