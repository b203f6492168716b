package dev.millrace.health;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * The thresholds of the health gate, as {@code [cluster.service_health]} or the command line gives them.
 *
 * <p>The first three are AGILAB's: {@code maxUnhealthy} below 0 becomes 0 and {@code maxRestartRate} is brought into
 * 0 to 1, as AGILAB does. The other four are service objectives, off unless they are set, and refused when out of range.
 * Nothing here is ever "not a number": such a threshold would switch its rule off without a word.
 *
 * @param allowIdle whether a service that is idle passes
 * @param maxUnhealthy the most unhealthy workers that pass, from 0
 * @param maxRestartRate the greatest share of restarted among running workers that passes, 0 to 1
 * @param maxOldestPending how long the oldest pending task may have waited
 * @param maxStartLatencyP95 the 95th percentile of the time from ready to started
 * @param maxFailureRate the greatest share of failed among finished tasks, 0 to 1
 * @param maxPending the most pending tasks, from 0
 */
public record GateThresholds(
        boolean allowIdle,
        int maxUnhealthy,
        double maxRestartRate,
        Optional<Duration> maxOldestPending,
        Optional<Duration> maxStartLatencyP95,
        OptionalDouble maxFailureRate,
        OptionalLong maxPending) {

    private static final GateThresholds DEFAULTS = new GateThresholds(
            false, 0, 0.25, Optional.empty(), Optional.empty(), OptionalDouble.empty(), OptionalLong.empty());

    /** @throws IllegalArgumentException naming the TOML key of the value that is wrong */
    public GateThresholds {
        if (Double.isNaN(maxRestartRate)) throw wrong("max_restart_rate", maxRestartRate, "a number from 0 to 1");
        maxUnhealthy = Math.max(0, maxUnhealthy);
        maxRestartRate = Math.min(1.0, Math.max(0.0, maxRestartRate));
        requireNotNegative("max_oldest_pending_sec", maxOldestPending);
        requireNotNegative("max_start_latency_p95_sec", maxStartLatencyP95);
        double rate = maxFailureRate.orElse(0);
        if (!(rate >= 0 && rate <= 1)) throw wrong("max_failure_rate", rate, "a number from 0 to 1");
        if (maxPending.orElse(0) < 0) throw wrong("max_pending", maxPending.orElse(0), "a whole number from 0");
    }

    /** AGILAB's: idle does not pass, no unhealthy worker, restart rate 0.25; no service objective. */
    public static GateThresholds defaults() {
        return DEFAULTS;
    }

    /** These, with another answer to whether idle passes. */
    public GateThresholds withAllowIdle(boolean allowed) {
        return new GateThresholds(
                allowed,
                maxUnhealthy,
                maxRestartRate,
                maxOldestPending,
                maxStartLatencyP95,
                maxFailureRate,
                maxPending);
    }

    /** These, with another limit of unhealthy workers; below 0 counts as 0. */
    public GateThresholds withMaxUnhealthy(int most) {
        return new GateThresholds(
                allowIdle, most, maxRestartRate, maxOldestPending, maxStartLatencyP95, maxFailureRate, maxPending);
    }

    /** These, with another restart rate; brought into 0 to 1. */
    public GateThresholds withMaxRestartRate(double most) {
        return new GateThresholds(
                allowIdle, maxUnhealthy, most, maxOldestPending, maxStartLatencyP95, maxFailureRate, maxPending);
    }

    /** These, with a limit to the age of the oldest pending task. */
    public GateThresholds withMaxOldestPending(Duration most) {
        return new GateThresholds(
                allowIdle,
                maxUnhealthy,
                maxRestartRate,
                Optional.of(most),
                maxStartLatencyP95,
                maxFailureRate,
                maxPending);
    }

    /** These, with a limit to the 95th percentile of the start latency. */
    public GateThresholds withMaxStartLatencyP95(Duration most) {
        return new GateThresholds(
                allowIdle,
                maxUnhealthy,
                maxRestartRate,
                maxOldestPending,
                Optional.of(most),
                maxFailureRate,
                maxPending);
    }

    /** These, with a limit to the share of failed tasks, 0 to 1. */
    public GateThresholds withMaxFailureRate(double most) {
        return new GateThresholds(
                allowIdle,
                maxUnhealthy,
                maxRestartRate,
                maxOldestPending,
                maxStartLatencyP95,
                OptionalDouble.of(most),
                maxPending);
    }

    /** These, with a limit to the number of pending tasks. */
    public GateThresholds withMaxPending(long most) {
        return new GateThresholds(
                allowIdle,
                maxUnhealthy,
                maxRestartRate,
                maxOldestPending,
                maxStartLatencyP95,
                maxFailureRate,
                OptionalLong.of(most));
    }

    private static void requireNotNegative(String key, Optional<Duration> length) {
        length.filter(Duration::isNegative).ifPresent(wrongLength -> {
            throw wrong(key, wrongLength, "a number of seconds from 0");
        });
    }

    private static IllegalArgumentException wrong(String key, Object value, String right) {
        return new IllegalArgumentException(key + " must be " + right + ", not " + value);
    }
}
