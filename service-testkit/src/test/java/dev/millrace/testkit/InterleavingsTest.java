package dev.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.testkit.Interleavings.Report;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Every order of the operations of a few actors. {@code -Dworld.schedules=N} bounds the searches that do not end soon. */
class InterleavingsTest {
    private static final long MOST = Long.getLong("world.schedules", 20_000);

    private static Report explored(Scenario scenario) {
        long start = System.nanoTime();
        Report report = Interleavings.explore(scenario, WorldOptions.defaults(), MOST);
        System.out.println(report.describe() + " in " + (System.nanoTime() - start) / 1_000_000 + " ms");
        assertThat(report.failure().map(WorldFailure::describe)).isEmpty();
        return report;
    }

    @Test
    void two_workers_and_a_steward_over_one_task() {
        assertThat(explored(Scenarios.twoWorkersAndASteward(1, Set.of())).exhausted())
                .isTrue();
    }

    @Test
    void two_workers_and_a_steward_that_takes_one_of_them_for_dead_over_one_task() {
        assertThat(explored(Scenarios.twoWorkersAndASteward(1, Set.of("worker0")))
                        .exhausted())
                .isTrue();
    }
}
