package dev.millrace.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RateTest {
    @ParameterizedTest
    @CsvSource({"100/min,100,PT1M", "5/s,5,PT1S", "3/20s,3,PT20S", "1/500ms,1,PT0.5S", "7/h,7,PT1H", "9/day,9,PT24H"})
    void a_rate_is_tasks_in_a_time(String text, int tasks, Duration period) {
        Rate rate = Rate.parse(text).orElseThrow();
        assertThat(rate).isEqualTo(new Rate(tasks, period));
        assertThat(Rate.parse(rate.toString())).contains(rate);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "5",
                "/s",
                "0/s",
                "-1/s",
                "5/",
                "5/0s",
                "1000001/s",
                "5/2d",
                "5/year",
                "five/s",
                "5 / s",
                "5/s "
            })
    void anything_else_is_none(String text) {
        assertThat(Rate.parse(text)).isEmpty();
    }

    @Test
    void an_absurd_rate_cannot_be_made() {
        assertThatThrownBy(() -> new Rate(0, Duration.ofSeconds(1))).hasMessageContaining("0 tasks");
        assertThatThrownBy(() -> new Rate(1, Duration.ofDays(2))).hasMessageContaining("a day");
    }
}
