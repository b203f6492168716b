package dev.millrace.task;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How many tasks of one kind may run, over all workers and hosts.
 *
 * @param maxRunning the most at once; empty for no limit
 * @param maxRunningPerKey the most at once with one concurrency key; 1 when not given
 * @param rate how many may begin in a stretch of time; empty for no limit
 * @param breaker when no more are begun because they fail one after the other; empty for never
 * @param maxAttempts the most attempts of one task, also of one that kills its workers; empty when it is not said
 */
public record KindLimits(
        OptionalInt maxRunning,
        OptionalInt maxRunningPerKey,
        Optional<Rate> rate,
        Optional<CircuitBreaker> breaker,
        OptionalInt maxAttempts) {
    /** The most that a limit may be; beyond it, it would be none. */
    public static final int MOST = 100_000;

    /** One task per concurrency key, and no other limit. */
    public static final KindLimits NONE = new KindLimits(
            OptionalInt.empty(), OptionalInt.empty(), Optional.empty(), Optional.empty(), OptionalInt.empty());

    /** @throws IllegalArgumentException when a limit is below 1, or so high that it would be none */
    public KindLimits {
        check("max_running", maxRunning, MOST);
        check("max_running_per_key", maxRunningPerKey, MOST);
        check("max_attempts", maxAttempts, AttemptRules.MOST_ATTEMPTS);
    }

    private static void check(String key, OptionalInt limit, int most) {
        if (limit.isPresent() && (limit.getAsInt() < 1 || limit.getAsInt() > most))
            throw new IllegalArgumentException(
                    key + " must be from 1 to " + most + ", not " + limit.getAsInt() + "; leave it out for no limit");
    }

    /** What an object says under the keys of these limits; it must be fit. */
    public static KindLimits of(ObjectNode json) {
        return new KindLimits(
                wholeAt(json, "max_running"),
                wholeAt(json, "max_running_per_key"),
                Rate.parse(json.path("rate").asText("")),
                CircuitBreaker.of(json.path(CircuitBreaker.KEY)),
                wholeAt(json, "max_attempts"));
    }

    private static OptionalInt wholeAt(ObjectNode json, String key) {
        JsonNode value = json.path(key);
        return value.isNumber() ? OptionalInt.of(value.intValue()) : OptionalInt.empty();
    }

    /** Writes what is said but for the attempts, which others write; {@link #of} reads it. */
    public void putInto(ObjectNode json) {
        maxRunning.ifPresent(most -> json.put("max_running", most));
        maxRunningPerKey.ifPresent(most -> json.put("max_running_per_key", most));
        rate.ifPresent(given -> json.put("rate", given.toString()));
        breaker.ifPresent(given -> given.putInto(json));
    }

    /** True when nothing but concurrency keys holds tasks of this kind back. */
    public boolean isUnlimited() {
        return maxRunning.isEmpty() && rate.isEmpty() && breaker.isEmpty();
    }

    public KindLimits withMaxAttempts(OptionalInt most) {
        return new KindLimits(maxRunning, maxRunningPerKey, rate, breaker, most);
    }

    /** The most tasks with one concurrency key. */
    public int mostPerKey() {
        return maxRunningPerKey.orElse(1);
    }
}
