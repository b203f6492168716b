package dev.millrace.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RestTest {
    @ParameterizedTest
    @CsvSource({
        "0, 20, 0, 0",
        "0, 20, 200, 200",
        "10, 20, 200, 200",
        "11, 20, 200, 220",
        "2999, 20, 200, 59980",
        "3001, 20, 200, 60000",
        // The machine slept meanwhile: in seconds, a day.
        "86400000, 20, 200, 60000",
        "86400000, 20, 90000, 90000"
    })
    void it_is_a_share_of_the_work_and_no_longer_than_a_minute(long took, int share, long least, long rest) {
        Rest of = new Rest(share, Duration.ofMillis(least).toNanos());
        long nanos = of.nanosAfter(Duration.ofMillis(took).toNanos());
        assertThat(Duration.ofNanos(nanos)).isEqualTo(Duration.ofMillis(rest));
    }
}
