package dev.millrace.soak;

import java.time.Duration;

/** How often things happen that are not kills: less often in a long run, and a few times in a short one. */
record Rhythm(Duration stops, Duration clocks, Duration outages) {
    private static final int SHORT_RUN_KILLS = 200;

    static Rhythm of(SoakOptions options) {
        boolean isShort = options.kills() <= SHORT_RUN_KILLS && options.limit().isEmpty();
        return isShort
                ? new Rhythm(Duration.ofMillis(1_500), Duration.ofMillis(1_000), Duration.ofSeconds(4))
                : new Rhythm(Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofSeconds(20));
    }
}
