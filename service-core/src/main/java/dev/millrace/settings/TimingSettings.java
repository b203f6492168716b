package dev.millrace.settings;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;

/**
 * How long things take.
 *
 * @param pollInterval how often an idle worker lists the queue
 * @param startTimeout how long a start waits for the workers' first heartbeats
 * @param stopTimeout how long a stop waits for the workers
 * @param shutdownOnStop whether a stop also ends what runs the workers
 * @param heartbeatTimeout after how long a silent worker counts as dead; at least twice the interval, so that one lost
 *     beat kills nobody
 * @param heartbeatInterval how often a worker beats
 */
public record TimingSettings(
        Duration pollInterval,
        Duration startTimeout,
        WaitLimit stopTimeout,
        boolean shutdownOnStop,
        Duration heartbeatTimeout,
        Duration heartbeatInterval) {
    /** AGILAB's idle wait when the poll interval is zero. */
    private static final Duration SHORTEST_POLL = Duration.ofMillis(50);

    private static final Duration LEAST_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration MOST_INTERVAL = Duration.ofSeconds(1);

    /** @throws SettingsException when the timeout is shorter than two intervals */
    public TimingSettings {
        if (heartbeatTimeout.compareTo(heartbeatInterval.multipliedBy(2)) < 0)
            throw SettingsException.of(
                    SettingKey.HEARTBEAT_TIMEOUT.key(),
                    "is " + Values.toSeconds(heartbeatTimeout) + " s, but must be at least twice heartbeat_interval, "
                            + Values.toSeconds(heartbeatInterval) + " s; raise the one or lower the other");
    }

    static TimingSettings of(Values values) {
        Duration poll = values.seconds(SettingKey.POLL_INTERVAL).orElseThrow();
        Duration timeout = values.seconds(SettingKey.HEARTBEAT_TIMEOUT).orElse(usualTimeout(poll));
        return new TimingSettings(
                poll,
                values.seconds(SettingKey.START_TIMEOUT).orElseThrow(),
                values.waitLimit(SettingKey.STOP_TIMEOUT).orElseThrow(),
                values.flag(SettingKey.SHUTDOWN_ON_STOP).orElseThrow(),
                timeout,
                values.seconds(SettingKey.HEARTBEAT_INTERVAL).orElse(usualInterval(timeout)));
    }

    private static Duration usualTimeout(Duration poll) {
        return longer(LEAST_TIMEOUT, poll.multipliedBy(4));
    }

    /** Four beats in a timeout, but one a second at least; cut to the microseconds that survive JSON. */
    private static Duration usualInterval(Duration timeout) {
        Duration quarter = Values.toDuration(Values.toSeconds(timeout.dividedBy(4)));
        return quarter.compareTo(MOST_INTERVAL) < 0 ? quarter : MOST_INTERVAL;
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? other : one;
    }

    /** How long an idle worker waits; not at all would be a busy loop. */
    public Duration poll() {
        return pollInterval.isZero() ? SHORTEST_POLL : pollInterval;
    }

    void putInto(ObjectNode json) {
        json.put(SettingKey.POLL_INTERVAL.key(), Values.toSeconds(pollInterval));
        json.put(SettingKey.START_TIMEOUT.key(), Values.toSeconds(startTimeout));
        json.put(
                SettingKey.STOP_TIMEOUT.key(),
                stopTimeout.length().map(Values::toSeconds).orElse(null));
        json.put(SettingKey.SHUTDOWN_ON_STOP.key(), shutdownOnStop);
        json.put(SettingKey.HEARTBEAT_TIMEOUT.key(), Values.toSeconds(heartbeatTimeout));
        json.put(SettingKey.HEARTBEAT_INTERVAL.key(), Values.toSeconds(heartbeatInterval));
    }
}
