package dev.millrace.settings;

import java.time.Duration;
import java.util.Optional;

/**
 * How long something may be waited for. In TOML {@code "none"}, in JSON null, stands for "without end".
 *
 * @param length the longest wait, from zero; empty to wait without end
 */
public record WaitLimit(Optional<Duration> length) {
    private static final WaitLimit NONE = new WaitLimit(Optional.empty());

    /** @throws SettingsException when the length is negative */
    public WaitLimit {
        length.filter(Duration::isNegative).ifPresent(wrong -> {
            throw SettingsException.of("stop_timeout", "must not be negative: " + wrong);
        });
    }

    /** At most this long. */
    public static WaitLimit of(Duration length) {
        return new WaitLimit(Optional.of(length));
    }

    /** Without end. */
    public static WaitLimit none() {
        return NONE;
    }

    /** True when the wait has an end. */
    public boolean isBounded() {
        return length.isPresent();
    }
}
