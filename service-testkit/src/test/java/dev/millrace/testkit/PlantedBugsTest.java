package dev.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Each planted bug is found; {@link WorldTest} and {@link InterleavingsTest} show that the right protocol passes what finds
 * it. {@code -Dworld.all=true} asks both explorations about every bug, for the table in the documentation.
 */
class PlantedBugsTest {
    private static final long SEEDS = 10_000;
    private static final boolean ALL = Boolean.getBoolean("world.all");

    /** Those that a search finds sooner than chance, or alone. */
    private static final Set<PlantedBug> BY_SEARCH =
            EnumSet.of(PlantedBug.UNFORCED_LOG_TRUSTED, PlantedBug.LOG_TAKEN_AWAY_UNNOTICED);

    @ParameterizedTest
    @EnumSource
    void every_planted_bug_is_found(PlantedBug bug) {
        boolean bySearch = BY_SEARCH.contains(bug);
        Optional<InvariantBroken> found = bySearch ? Optional.empty() : foundByChance(bug);
        Optional<Invariant> searched = bySearch || ALL ? foundBySearch(bug) : Optional.empty();
        if (ALL) System.out.println(bug + ": " + bug.words() + "; by search " + searched);
        assertThat(found.map(InvariantBroken::invariant).or(() -> searched))
                .as(bug.words())
                .isPresent();
    }

    private static Optional<InvariantBroken> foundByChance(PlantedBug bug) {
        WorldExploration exploration =
                new WorldExploration(WorldOptions.defaults().withLayer(bug.layer()), 1);
        Optional<WorldRun> run = exploration.search(1, SEEDS);
        if (ALL) System.out.println(bug + ": seed " + run.map(WorldRun::seed));
        return run.flatMap(WorldRun::broken);
    }

    private static Optional<Invariant> foundBySearch(PlantedBug bug) {
        Scenario scenario = Scenarios.workerAndSteward().withPowerCuts(4);
        return Interleavings.explore(scenario, WorldOptions.defaults().withLayer(bug.layer()), 5_000)
                .failure()
                .map(ScheduleFailure::invariant);
    }
}
