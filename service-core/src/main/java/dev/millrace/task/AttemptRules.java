package dev.millrace.task;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How long an attempt may run and how often a task is tried, as far as somebody says so: a task for itself, the settings
 * for a kind or for all tasks.
 *
 * @param maxAttempts most attempts in all
 * @param timeout when an attempt is interrupted
 * @param softTimeout when its handler is asked to come to an end
 * @param retry the keys of {@link RetryPolicy} that are given; treat as read-only
 */
public record AttemptRules(
        OptionalInt maxAttempts, Optional<Duration> timeout, Optional<Duration> softTimeout, ObjectNode retry) {
    /** The most attempts that a task may have. */
    public static final int MOST_ATTEMPTS = 999_999;

    /** The longest time of any rule. */
    public static final Duration LONGEST = Duration.ofSeconds(1_000_000_000);

    private static final double MOST_SECONDS = 1e9;

    /** How often a task is tried that is to be retried and does not say how often. */
    public static final int USUAL_ATTEMPTS = 5;

    /** Says nothing. */
    public static final AttemptRules NONE =
            new AttemptRules(OptionalInt.empty(), Optional.empty(), Optional.empty(), Json.object());

    /** What an object says under the keys of a task document; it must be fit, see {@link TaskDocument}. */
    public static AttemptRules of(ObjectNode json) {
        JsonNode most = json.path("max_attempts");
        Optional<Duration> timeout = lengthAt(json, "timeout_sec");
        Optional<Duration> soft = lengthAt(json, "soft_timeout_sec");
        ObjectNode retry = json.get("retry") instanceof ObjectNode given ? given : NONE.retry;
        return new AttemptRules(
                most.isNumber() ? OptionalInt.of(most.intValue()) : OptionalInt.empty(), timeout, soft, retry);
    }

    private static Optional<Duration> lengthAt(ObjectNode json, String key) {
        JsonNode seconds = json.path(key);
        return seconds.isNumber() ? Optional.of(length(seconds)) : Optional.empty();
    }

    static Duration length(JsonNode seconds) {
        return Duration.ofNanos(Math.round(Math.min(seconds.doubleValue(), MOST_SECONDS) * 1e9));
    }

    private boolean isSilent() {
        return maxAttempts.isEmpty() && timeout.isEmpty() && softTimeout.isEmpty() && retry.isEmpty();
    }

    /** These rules and, where they say nothing, others; of {@code retry} key by key. */
    public AttemptRules orElse(AttemptRules others) {
        if (isSilent() || others.isSilent()) return isSilent() ? others : this;
        return new AttemptRules(
                maxAttempts.isPresent() ? maxAttempts : others.maxAttempts,
                timeout.or(others::timeout),
                softTimeout.or(others::softTimeout),
                merged(others.retry));
    }

    private ObjectNode merged(ObjectNode others) {
        if (others.isEmpty() || retry.isEmpty()) return retry.isEmpty() ? others : retry;
        ObjectNode merged = others.deepCopy();
        retry.properties().forEach(entry -> {
            if (!entry.getValue().isNull()) merged.set(entry.getKey(), entry.getValue());
        });
        return merged;
    }

    public AttemptRules withTimeout(Optional<Duration> newTimeout) {
        return new AttemptRules(maxAttempts, newTimeout, softTimeout, retry);
    }

    /** Writes what is said under the keys of a task document; {@link #of} reads it. */
    public void putInto(ObjectNode json) {
        maxAttempts.ifPresent(most -> json.put("max_attempts", most));
        timeout.ifPresent(length -> json.put("timeout_sec", length.toNanos() / 1e9));
        softTimeout.ifPresent(length -> json.put("soft_timeout_sec", length.toNanos() / 1e9));
        if (!retry.isEmpty()) json.set("retry", retry.deepCopy());
    }

    /** Most attempts in all, at least 1. Whoever says how to retry and not how often means {@value #USUAL_ATTEMPTS}. */
    public int mostAttempts() {
        boolean retries = !retry.isEmpty() && policy().strategy() != RetryPolicy.Strategy.NONE;
        return maxAttempts.orElse(retries ? USUAL_ATTEMPTS : 1);
    }

    /** What is to be done after a failed attempt. */
    public RetryPolicy policy() {
        return RetryPolicy.of(retry);
    }
}
