package dev.millrace.rpc.server;

import static dev.millrace.rpc.server.TestDaemon.health;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;

/** How long health takes, as a stranger sees it. */
final class HealthTimes {
    private static final int CALLS = 200;
    private static final Duration PROMISED = Duration.ofMillis(50);
    /** A busy machine may hold up one call of many, but not for longer. */
    private static final Duration EVER = Duration.ofSeconds(30);

    private HealthTimes() {}

    /** Half of many calls take less than what is promised, and no call takes long. */
    static void areShort(Stranger stranger) throws Exception {
        long[] nanos = new long[CALLS];
        for (int i = 0; i < CALLS; i++) {
            long begun = System.nanoTime();
            assertThat(stranger.asks(health(i)).path("id").intValue()).isEqualTo(i);
            nanos[i] = System.nanoTime() - begun;
        }
        Arrays.sort(nanos);
        assertThat(Duration.ofNanos(nanos[CALLS / 2])).as("the median").isLessThan(PROMISED);
        assertThat(Duration.ofNanos(nanos[CALLS - 1])).as("the longest").isLessThan(EVER);
    }
}
