package dev.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/**
 * Random worlds. {@code -Dworld.seed=N} runs one again, {@code -Dworld.seeds=N} runs so many.
 */
class WorldTest {
    private static final long SEEDS = Long.getLong("world.seeds", 10_000);

    @Test
    void every_world_keeps_every_promise() {
        Long one = Long.getLong("world.seed");
        long start = System.nanoTime();
        WorldReport report = one == null
                ? Worlds.explore(1, SEEDS, WorldOptions.defaults())
                : Worlds.explore(one, 1, WorldOptions.defaults());
        System.out.println(report.describe() + " in " + (System.nanoTime() - start) / 1_000_000 + " ms");
        assertThat(report.first().map(WorldFailure::describe)).isEmpty();
    }
}
