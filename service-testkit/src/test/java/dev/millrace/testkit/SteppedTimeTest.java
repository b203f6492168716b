package dev.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SteppedTimeTest {
    private final SteppedTime time = SteppedTime.startingAt(Instant.parse("2026-03-01T00:00:00Z"));

    @Test
    void time_stands_still_until_it_is_advanced() {
        assertThat(time.instant()).isEqualTo(time.instant());
        assertThat(time.nanos()).isEqualTo(time.nanos());
    }

    @Test
    void advancing_moves_both_clocks() {
        long before = time.nanos();
        time.advance(Duration.ofSeconds(2));
        assertThat(time.nanos() - before).isEqualTo(2_000_000_000L);
        assertThat(time.instant()).isEqualTo(Instant.parse("2026-03-01T00:00:02Z"));
    }

    @Test
    void a_jump_moves_the_wall_clock_alone_and_either_way() {
        long before = time.nanos();
        time.jumpWallClock(Duration.ofHours(-1));
        assertThat(time.instant()).isEqualTo(Instant.parse("2026-02-28T23:00:00Z"));
        time.jumpWallClock(Duration.ofHours(2));
        assertThat(time.instant()).isEqualTo(Instant.parse("2026-03-01T01:00:00Z"));
        assertThat(time.nanos()).isEqualTo(before);
    }

    @Test
    void sleeping_advances_and_returns_at_once() throws InterruptedException {
        time.sleep(Duration.ofDays(1));
        assertThat(time.instant()).isEqualTo(Instant.parse("2026-03-02T00:00:00Z"));
    }

    @Test
    void an_interrupted_thread_does_not_sleep() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> time.sleep(Duration.ofDays(1))).isInstanceOf(InterruptedException.class);
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void time_does_not_run_back() {
        assertThatThrownBy(() -> time.advance(Duration.ofSeconds(-1))).isInstanceOf(IllegalArgumentException.class);
    }
}
