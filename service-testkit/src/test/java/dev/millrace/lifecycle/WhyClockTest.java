package dev.millrace.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.lifecycle.Explanation.Cause;
import dev.millrace.lifecycle.Explanation.Code;
import dev.millrace.task.Task;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Where a clock is the cause it is told in place of what it looks like. */
class WhyClockTest extends WhyWorld {
    @Test
    void a_house_kept_by_a_slow_clock_needs_another_clock_and_no_other_keeper() throws Exception {
        submit(Task.of("k").id("t").notBefore(time.instant().plusSeconds(5)));
        time.advance(Duration.ofSeconds(25));
        beat(w2, 0, 2);
        beat(w1, -30, 2);
        keepsHouse(w1);
        assertThat(why("t")).extracting(Cause::code).containsExactly(Code.CLOCK_SKEW);
        expect("t", Code.CLOCK_SKEW, "worker w1 on far is 30 s behind", "NTP");
        time.advance(Duration.ofSeconds(30));
        beat(w1, -30, 2);
        expect("t", Code.LEASE, "worker w1 holds the housekeeping lease", "stop --force");
    }
}
