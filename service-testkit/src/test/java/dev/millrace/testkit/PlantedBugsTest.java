package dev.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each planted bug is found. */
class PlantedBugsTest {
    private static final long SEEDS = Long.getLong("world.seeds", 6_000);

    @ParameterizedTest
    @EnumSource
    void random_worlds_find(PlantedBug bug) {
        long start = System.nanoTime();
        WorldExploration exploration =
                new WorldExploration(WorldOptions.defaults().withLayer(bug.layer()), 1);
        Optional<WorldRun> found = exploration.search(1, SEEDS);
        System.out.println(bug + " "
                + found.map(run -> run.seed() + " " + run.broken().orElseThrow().getMessage()) + " in "
                + (System.nanoTime() - start) / 1_000_000 + " ms");
        assertThat(found).isPresent();
    }
}
