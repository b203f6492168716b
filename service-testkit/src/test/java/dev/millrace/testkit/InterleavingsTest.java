package dev.millrace.testkit;

import static dev.millrace.testkit.ReliabilityPage.spelled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.millrace.testkit.Interleavings.Report;
import java.io.IOException;
import java.util.Set;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Orders of the operations of a few actors: all of them where the search ends soon, and elsewhere all in which actors are
 * interrupted so many times at most. {@code -Dworld.switches=N} raises that bound by N, {@code -Dworld.switches=all} lifts
 * it, and {@code -Dworld.schedules=N} says after how many schedules a search gives up. {@code -Dworld.scenario=NAME
 * -Dworld.turns=TURNS} plays one schedule of one scenario again and says how it broke.
 */
@Order(1)
@Tag("once")
class InterleavingsTest {
    private static final long MOST = Long.getLong("world.schedules", 60_000);
    private static final String MORE = System.getProperty("world.switches", "0");
    private static final Set<String> NOBODY = Set.of();
    private static final Set<String> ONE = Set.of("worker0");
    private static final Set<String> BOTH = Set.of("worker0", "worker1");

    private static final String SCENARIO = System.getProperty("world.scenario", "");
    private static final String TURNS = System.getProperty("world.turns", "");

    /** @param row its first cell in the table of the page */
    private static void explored(String row, Scenario scenario) throws IOException {
        assumeThat(SCENARIO).isIn("", scenario.name());
        if (TURNS.isEmpty()) search(row, scenario);
        else playedAgain(scenario);
    }

    private static void playedAgain(Scenario scenario) {
        assertThat(Interleavings.replay(scenario, WorldOptions.defaults(), Turns.of(TURNS))
                        .map(ScheduleFailure::describe))
                .isEmpty();
    }

    private static void search(String row, Scenario scenario) throws IOException {
        Report report = searched(scenario);
        holds(row, report.states(), report.schedules(), report.powerCuts());
    }

    private static Report searched(Scenario scenario) {
        Report report = Interleavings.explore(scenario, WorldOptions.defaults(), MOST);
        System.out.println(scenario.name() + ": " + report.describe());
        assertThat(report.failure().map(ScheduleFailure::describe)).isEmpty();
        assertThat(report.exhausted()).as(report.describe()).isTrue();
        return report;
    }

    private static void holds(String row, long states, long schedules, long powerCuts) throws IOException {
        if (MORE.equals("0")) ReliabilityPage.holds(row, 1, spelled(states), spelled(schedules), spelled(powerCuts));
    }

    private static Scenario bounded(Scenario scenario, int switches) {
        return MORE.equals("all") ? scenario : scenario.withMostSwitches(switches + Integer.parseInt(MORE));
    }

    /** Without any bound: the counterpart of the model, with the code itself. */
    @Test
    void a_worker_believed_dead_and_a_steward_while_the_power_may_fail_in_each_state() throws IOException {
        explored(
                "a worker believed dead and a steward, one task, and in each state the power fails in up to four ways",
                Scenarios.workerAndSteward().withPowerCuts(4));
    }

    @Test
    void a_batch_and_a_group_while_the_power_may_fail_in_each_state() throws IOException {
        explored("the same, and in each state the power fails in up to two ways", Scenarios.batchAndPowerCuts());
        explored(
                "a submitter of a group alone, and in each state the power fails in up to four ways",
                Scenarios.groupAndPowerCuts());
    }

    /** Without any bound. */
    @Test
    void two_workers_and_a_steward_over_one_task() throws IOException {
        explored(
                "two workers and a steward, one task, nobody believed dead",
                Scenarios.twoWorkersAndASteward(1, NOBODY));
    }

    /** Before each of its changes in turn, and so after each; who is dead is known to be. */
    @Test
    void a_worker_dies_beside_another_and_a_steward_over_one_task() throws IOException {
        Scenario living = bounded(Scenarios.twoWorkersAndASteward(1, NOBODY), 2);
        String one = living.withDeath(0).name().replaceFirst("0$", "");
        if (SCENARIO.startsWith(one) && !TURNS.isEmpty()) {
            playedAgain(living.withDeath(Integer.parseInt(SCENARIO.substring(one.length()))));
            return;
        }
        assumeThat(SCENARIO).isEmpty();
        long states = 0;
        long schedules = 0;
        for (long deaths = 1, changes = 0; deaths > 0; changes++) {
            Report report = searched(living.withDeath((int) changes));
            states += report.states();
            schedules += report.schedules();
            deaths = report.deaths();
        }
        holds("two workers and a steward, one task, one worker dies before any of its changes", states, schedules, 0);
    }

    @Test
    void two_workers_and_a_steward_that_believes_them_dead_over_one_task() throws IOException {
        explored(
                "two workers and a steward, one task, one worker believed dead",
                bounded(Scenarios.twoWorkersAndASteward(1, ONE), 3));
        explored(
                "two workers and a steward, one task, both believed dead",
                bounded(Scenarios.twoWorkersAndASteward(1, BOTH), 2));
    }

    @Test
    void two_workers_and_a_steward_over_two_tasks() throws IOException {
        explored(
                "two workers and a steward, two tasks, nobody believed dead",
                bounded(Scenarios.twoWorkersAndASteward(2, NOBODY), 2));
        explored(
                "two workers and a steward, two tasks, one worker believed dead",
                bounded(Scenarios.twoWorkersAndASteward(2, ONE), 2));
    }

    @Test
    void two_stewards_that_believe_a_worker_dead() throws IOException {
        explored("a worker and two stewards that believe it dead, one task", bounded(Scenarios.twoStewards(), 3));
    }

    @Test
    void a_task_is_tried_again_while_others_come_in() throws IOException {
        explored("a retry, beside another worker and a steward", bounded(Scenarios.retry(), 2));
    }

    @Test
    void a_task_is_called_off_while_others_come_in() throws IOException {
        explored("a cancel, beside a worker and a steward", bounded(Scenarios.cancel(), 2));
    }

    @Test
    void a_batch_changes_hands() throws IOException {
        explored("a batch of two that changes hands", bounded(Scenarios.batch(), 3));
    }
}
