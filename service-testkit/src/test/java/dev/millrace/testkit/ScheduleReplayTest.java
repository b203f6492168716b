package dev.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A schedule that breaks a promise is told so that it can be played again. */
@Tag("once")
class ScheduleReplayTest {
    private static WorldOptions with(PlantedBug bug) {
        return WorldOptions.defaults().withLayer(bug.layer());
    }

    /** Some are found in the first schedules, which are drawn, some in the search, and some when the power fails. */
    @ParameterizedTest
    @EnumSource(names = {"CLAIMED_BY_COPY", "RESCUE_BY_COPY", "UNFORCED_LOG_TRUSTED", "LOG_TAKEN_AWAY_UNNOTICED"})
    void a_schedule_that_breaks_a_promise_breaks_it_again_when_it_is_played_again(PlantedBug bug) {
        Scenario scenario = Scenarios.workerAndSteward().withPowerCuts(4);
        ScheduleFailure failure =
                Interleavings.explore(scenario, with(bug), 5_000).failure().orElseThrow();
        assertThat(failure.turns()).isNotEmpty();
        assertThat(failure.trace()).isNotEmpty();
        Optional<ScheduleFailure> again = Interleavings.replay(scenario, with(bug), Turns.of(failure.turns()));
        assertThat(again).contains(failure);
        assertThat(failure.describe())
                .contains("-Dworld.scenario=worker-and-steward", "-Dworld.turns=" + failure.turns())
                .doesNotContain("seed");
        assertThat(Interleavings.replay(scenario, WorldOptions.defaults(), Turns.of(failure.turns())))
                .as("the right protocol, in the same order")
                .isEmpty();
    }

    /** The first that a search meets changes actors up to thirty times. */
    @ParameterizedTest
    @EnumSource(names = {"RESCUE_BY_COPY", "UNFORCED_LOG_TRUSTED", "LOG_TAKEN_AWAY_UNNOTICED"})
    void a_schedule_that_breaks_a_promise_is_told_in_few_stretches(PlantedBug bug) {
        Scenario scenario = Scenarios.workerAndSteward().withPowerCuts(4);
        ScheduleFailure failure =
                Interleavings.explore(scenario, with(bug), 5_000).failure().orElseThrow();
        assertThat(failure.turns().replaceAll("[^a-z]", ""))
                .as(failure.describe())
                .hasSizeLessThan(6);
    }

    @Test
    void turns_are_written_as_stretches_and_read_again() {
        Turns turns = new Turns();
        for (int i = 0; i < 700; i++) turns.add(i < 300 ? 0 : i < 301 ? 2 : 1);
        assertThat(turns).hasToString("a300c1b399");
        assertThat(Turns.of("a300c1b399").count()).isEqualTo(700);
        assertThat(Turns.of("a300c1b399").actorAt(300)).isEqualTo(2);
        assertThat(Turns.of("").count()).isZero();
        assertThatThrownBy(() -> Turns.of("a3 b2")).hasMessageContaining("not 'a3 b2'");
    }
}
