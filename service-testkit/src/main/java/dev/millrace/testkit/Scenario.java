package dev.millrace.testkit;

import dev.millrace.queue.TaskQueue;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/**
 * What is explored in every order.
 *
 * @param name under which it is found again
 * @param prepare what lies in the queue at the start
 * @param roles who plays; their names are the role and the number, from 0
 * @param believedDead names of those whom stewards take for dead, rightly or not
 * @param mostSwitches how often an actor that could go on may be interrupted; a bound below which the search is complete
 * @param powerCuts in each state the power is cut in so many ways at most; 0 or at least 2
 * @param death the first actor dies when it has made so many changes and is about to make another; {@link #NONE} for none
 */
record Scenario(
        String name,
        Preparation prepare,
        List<Role> roles,
        Set<String> believedDead,
        int mostSwitches,
        int powerCuts,
        int death) {
    static final int WITHOUT_BOUND = Integer.MAX_VALUE;
    static final int NONE = -1;

    /** Makes tasks. */
    interface Preparation {
        void fill(TaskQueue queue, ScenarioSetting setting) throws IOException;
    }

    /** What an actor of this name does. */
    record Role(String name, Part part) {}

    /** What an actor does in a scenario. */
    interface Part {
        void play(Actor me, ScenarioSetting setting) throws Exception;
    }

    Scenario(String name, Preparation prepare, List<Role> roles, Set<String> believedDead) {
        this(name, prepare, roles, believedDead, WITHOUT_BOUND, 0, NONE);
    }

    Scenario withMostSwitches(int most) {
        return new Scenario(name, prepare, roles, believedDead, most, powerCuts, death);
    }

    Scenario withPowerCuts(int ways) {
        return new Scenario(name, prepare, roles, believedDead, mostSwitches, ways, death);
    }

    Scenario withDeath(int changes) {
        return new Scenario(name + "-death-" + changes, prepare, roles, believedDead, mostSwitches, powerCuts, changes);
    }
}
