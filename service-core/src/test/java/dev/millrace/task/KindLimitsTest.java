package dev.millrace.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KindLimitsTest {
    private static final OptionalInt NONE = OptionalInt.empty();

    private static KindLimits limits(OptionalInt running, OptionalInt perKey, OptionalInt attempts) {
        return new KindLimits(running, perKey, Optional.empty(), Optional.empty(), attempts);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 100_001, Integer.MIN_VALUE, Integer.MAX_VALUE})
    void a_limit_that_lets_nothing_run_or_limits_nothing_is_refused(int limit) {
        OptionalInt bad = OptionalInt.of(limit);
        assertThatThrownBy(() -> limits(bad, NONE, NONE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("max_running must be from 1 to 100000, not " + limit);
        assertThatThrownBy(() -> limits(NONE, bad, NONE))
                .hasMessageContaining("max_running_per_key must be from 1 to 100000, not " + limit);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 1_000_000})
    void a_number_of_attempts_that_no_task_may_have_is_refused(int attempts) {
        assertThatThrownBy(() -> limits(NONE, NONE, OptionalInt.of(attempts)))
                .hasMessageContaining("max_attempts must be from 1 to 999999, not " + attempts);
        assertThatThrownBy(() -> KindLimits.NONE.withMaxAttempts(OptionalInt.of(attempts)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void the_ends_of_the_range_are_limits() {
        KindLimits most = limits(OptionalInt.of(1), OptionalInt.of(KindLimits.MOST), OptionalInt.of(999_999));
        assertThat(most.mostPerKey()).isEqualTo(100_000);
        assertThat(most.isUnlimited()).isFalse();
    }
}
