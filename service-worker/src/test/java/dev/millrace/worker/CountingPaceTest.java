package dev.millrace.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CountingPaceTest {
    @ParameterizedTest
    @CsvSource({
        "0, 2000",
        "40, 2000",
        "41, 2050",
        "300, 15000",
        "1200, 60000",
        "1201, 60000",
        // One look that had to wait for the disk or the processor does not make the counts old for longer than a
        // minute.
        "12000, 60000",
        "12001, 60005",
        "60000, 300000",
        // The machine slept meanwhile.
        "7200000, 600000"
    })
    void the_longer_a_look_took_the_later_the_next_one_begins(long tookMillis, long laterMillis) {
        assertThat(CountingPace.after(Duration.ofMillis(tookMillis))).hasMillis(laterMillis);
    }
}
