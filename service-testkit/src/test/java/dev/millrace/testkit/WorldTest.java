package dev.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.storage.Disk;
import dev.millrace.testkit.DiskCall.Operation;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Random worlds. {@code -Dworld.seeds=N} runs so many, {@code -Dworld.seed=N} runs one again and says how it broke.
 */
class WorldTest {
    private static final long TOLD_SEEDS = 10_000;
    private static final long SEEDS = Long.getLong("world.seeds", TOLD_SEEDS);

    @Test
    void every_world_keeps_every_promise() throws IOException {
        Long one = Long.getLong("world.seed");
        WorldReport report = Worlds.explore(one == null ? 1 : one, one == null ? SEEDS : 1, WorldOptions.defaults());
        System.out.println(report.describe());
        assertThat(report.first().map(WorldFailure::describe)).isEmpty();
        if (one == null && SEEDS == TOLD_SEEDS) requireTold(report);
    }

    private static void requireTold(WorldReport report) throws IOException {
        told("operations", report.steps());
        told("switches between actors", report.switches());
        told("tasks", report.tasks());
        told("kills", report.kills());
        told("power cuts", report.powerCuts());
        told("planned faults (some actors end before theirs strikes)", report.faults());
        told("stops", report.stops());
        told("wrong suspicions", report.suspicions());
        told("rescues", report.rescued());
        told("fenced commits", report.fenced());
    }

    private static void told(String what, long measured) throws IOException {
        ReliabilityPage.holds(what, 0, ReliabilityPage.spelled(measured));
    }

    @Test
    void a_seed_makes_the_same_world_each_time() {
        try (Baton baton = new Baton()) {
            for (long seed = 123; seed < 133; seed++) {
                WorldRun first = new World(seed, Choices.random(seed), WorldOptions.defaults(), baton, true).run();
                WorldRun second = new World(seed, Choices.random(seed), WorldOptions.defaults(), baton, true).run();
                assertThat(second.trace()).isEqualTo(first.trace()).isNotEmpty();
                assertThat(second.choices()).isEqualTo(first.choices());
            }
        }
    }

    /** Where other disks fail, or the own one did earlier: that excuses nobody. */
    @Test
    void what_no_disk_has_done_is_told_in_worlds_whose_disks_fail_too() {
        WorldOptions refusing = WorldOptions.defaults().withLayer(RefusingDisk::new);
        WorldExploration exploration = new WorldExploration(refusing, 100);
        exploration.search(1, 100);
        assertThat(exploration.failures().values())
                .filteredOn(run -> run.counts().faults > 0)
                .extracting(run -> run.broken().orElseThrow().getMessage())
                .filteredOn(message -> message.contains(RefusingDisk.WORDS))
                .as("while there are faults, and not only when they have stopped")
                .anyMatch(message -> message.endsWith("while its disk did not fail"));
    }

    /** Refuses to publish what is done, as a queue might that is mistaken. */
    private static final class RefusingDisk extends PlantedDisk {
        static final String WORDS = "made up by the test";

        RefusingDisk(Disk disk) {
            super(disk);
        }

        @Override
        boolean instead(DiskCall call) throws IOException {
            if (call.is(Operation.RENAME) && WrongWays.isIn(call.target(), "done")) throw new IOException(WORDS);
            return false;
        }
    }

    @Test
    void a_failing_world_is_told_with_its_seed_a_short_trace_and_the_command_that_runs_it_again() {
        WorldOptions broken = WorldOptions.defaults().withLayer(PlantedBug.CLAIMED_BY_COPY.layer());
        WorldExploration exploration = new WorldExploration(broken, 1);
        WorldReport report = exploration.explore(1, 20);
        WorldFailure failure = report.first().orElseThrow();
        assertThat(failure.invariant()).isEqualTo(Invariant.ONE_PLACE);
        assertThat(failure.describe()).contains("-Dworld.seed=" + failure.seed(), "--seeds " + failure.seed() + "..");
        List<String> changes =
                failure.trace().stream().filter(line -> !line.startsWith("--")).toList();
        assertThat(changes.size()).as(failure.describe()).isLessThan(25);
        assertThat(changes.get(changes.size() - 1)).contains("create running/");
    }
}
