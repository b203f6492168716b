package dev.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Each planted bug is found, and each promise is broken by some bug; {@link WorldTest} and {@link InterleavingsTest} show
 * that the right protocol passes what finds it. {@code -Dworld.all=true} asks both explorations about every bug, for the
 * table in the documentation.
 */
@Tag("once")
class PlantedBugsTest {
    private static final long SEEDS = 10_000;

    /** A bug that needs three unlucky things at once may need more worlds than a build runs; it runs the one that finds it. */
    private static final long SEEDS_TO_WRITE = 40_000;

    private static final long MOST_SCHEDULES = 5_000;
    /** Behind the words of the bug. */
    private static final int SEED_CELL = 4;

    private static final List<Invariant> PROMISES = List.of(Invariant.values());
    private static final boolean ALL = Boolean.getBoolean("world.all");

    private static final Scenario SINGLE = Scenarios.workerAndSteward().withPowerCuts(4);
    private static final Scenario BATCH = Scenarios.batchAndPowerCuts();
    private static final Scenario GROUP = Scenarios.groupAndPowerCuts();

    /** Those that a search finds sooner than chance. */
    private static final Map<PlantedBug, Scenario> BY_SEARCH = Map.of(
            PlantedBug.UNFORCED_LOG_TRUSTED, SINGLE,
            PlantedBug.PROGRESS_BEFORE_THE_FORCE, BATCH,
            PlantedBug.GROUP_LIST_FIRST, GROUP);

    @ParameterizedTest
    @EnumSource
    void every_planted_bug_is_found_by_the_promise_that_it_breaks(PlantedBug bug) throws IOException {
        boolean found = ALL ? foundByAny(bug) : foundAsThePageSays(bug);
        assertThat(found).as(bug.words() + " breaks: " + bug.breaks().promise()).isTrue();
    }

    /**
     * A world that the page names breaks the promise, or a search does where it names none, or else a crash point, which
     * CutPointsFindBugsTest looks after.
     */
    private static boolean foundAsThePageSays(PlantedBug bug) throws IOException {
        if (ReliabilityPage.WRITES) writeSeed(bug);
        String told = ReliabilityPage.row(bug.words()).get(SEED_CELL);
        if (told.isEmpty()) return isFoundWithoutWorlds(bug);
        long seed = Long.parseLong(told.replace("seed ", "").replace(",", ""));
        if (new WorldExploration(with(bug), 1).search(seed, 1).isPresent()) return true;
        System.out.println(told + " of docs/reference/reliability.md does not meet '" + bug.words()
                + "' any more; -Dmillrace.figures=write finds another one");
        return seedThatFinds(bug, SEEDS).isPresent() || isFoundWithoutWorlds(bug);
    }

    private static void writeSeed(PlantedBug bug) throws IOException {
        String told = seedThatFinds(bug, SEEDS_TO_WRITE)
                .map(seed -> "seed " + ReliabilityPage.spelled(seed))
                .orElse("");
        ReliabilityPage.holds(bug.words(), SEED_CELL, told);
    }

    private static boolean isFoundWithoutWorlds(PlantedBug bug) throws IOException {
        @Nullable Scenario scenario = BY_SEARCH.get(bug);
        if (scenario != null) return isFoundBySearch(bug, scenario);
        return PlantedBugRow.ofPage().stream()
                .anyMatch(
                        row -> row.bug().equals(bug.words()) && !row.cutPoints().isEmpty());
    }

    /** Prints what the page says. */
    private static boolean foundByAny(PlantedBug bug) {
        List<String> searches = new ArrayList<>();
        told(bug, "single", SINGLE).ifPresent(searches::add);
        told(bug, "batch", BATCH).ifPresent(searches::add);
        told(bug, "group", GROUP).ifPresent(searches::add);
        Optional<Long> seed = seedThatFinds(bug, SEEDS);
        String world = seed.map(one -> String.format("seed %,d", one)).orElse("");
        System.out.println("| " + bug.words() + " | " + numberOf(bug.breaks()) + " | " + String.join(", ", searches)
                + " | " + world + " |");
        return seed.isPresent() || searches.stream().anyMatch(search -> !search.contains("("));
    }

    /** A number in brackets is that of another promise by which the search finds the bug. */
    private static Optional<String> told(PlantedBug bug, String name, Scenario scenario) {
        if (isFoundBySearch(bug, scenario)) return Optional.of(name);
        return Interleavings.explore(scenario, WorldOptions.defaults().withLayer(bug.layer()), MOST_SCHEDULES)
                .failure()
                .map(other -> name + " (" + numberOf(other.invariant()) + ")");
    }

    private static Optional<Long> seedThatFinds(PlantedBug bug, long seeds) {
        return new WorldExploration(with(bug), 1).search(1, seeds).map(WorldRun::seed);
    }

    private static boolean isFoundBySearch(PlantedBug bug, Scenario scenario) {
        return Interleavings.explore(scenario, with(bug), MOST_SCHEDULES)
                .failure()
                .isPresent();
    }

    /** Looks for what breaks just its promise: that a layer stumbles over itself is no find. */
    private static WorldOptions with(PlantedBug bug) {
        return WorldOptions.defaults().withLayer(bug.layer()).withSought(Set.of(bug.breaks()));
    }

    @Test
    void every_promise_is_broken_by_a_planted_bug() {
        assertThat(Arrays.stream(PlantedBug.values()).map(PlantedBug::breaks)).containsAll(PROMISES);
    }

    /** Which exploration finds which bug is asked by hand; but no bug is left out, and none told that is not there. */
    @Test
    void the_page_has_a_row_for_every_planted_bug() throws IOException {
        List<PlantedBugRow> told = PlantedBugRow.ofPage();
        assertThat(told)
                .extracting(PlantedBugRow::bug, PlantedBugRow::breaks)
                .containsExactlyElementsOf(Arrays.stream(PlantedBug.values())
                        .map(bug -> tuple(bug.words(), numberOf(bug.breaks())))
                        .toList());
        assertThat(told).allMatch(row -> !(row.searches() + row.cutPoints() + row.worlds()).isEmpty());
    }

    /** In the order in which the page lists the promises. */
    private static String numberOf(Invariant promise) {
        return Integer.toString(PROMISES.indexOf(promise) + 1);
    }

    @Test
    void the_page_lists_every_promise() throws IOException {
        List<String> numbered =
                PlantedBugRow.lines("## The model", "## Its limits: what a real disk may do that ours does not")
                        .stream()
                        .filter(line -> line.matches("[0-9]+\\. .*"))
                        .toList();
        assertThat(numbered).hasSameSizeAs(PROMISES);
        for (int i = 0; i < PROMISES.size(); i++)
            assertThat(numbered.get(i))
                    .startsWith(i + 1 + ". " + PROMISES.get(i).promise());
    }
}
