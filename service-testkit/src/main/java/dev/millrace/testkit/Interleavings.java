package dev.millrace.testkit;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Plays a scenario in every order that makes a difference.
 *
 * <p>Real code cannot be put back into an earlier state, so each schedule is played from the start. A state is the disk
 * with what each actor has done and been told, which is all that its future depends on; a schedule ends where it meets a
 * state that another one has met. Between operations on places that only one actor uses nobody comes in, see {@link
 * SharedPaths}.
 */
final class Interleavings {
    private final Scenario scenario;
    private final WorldOptions options;
    private final long mostSchedules;
    private final SharedPaths shared = new SharedPaths();
    private final Set<Long> met = new HashSet<>();
    private final Deque<byte[]> later = new ArrayDeque<>();
    private long schedules;
    private long complete;
    private long steps;
    private long cuts;
    private Optional<WorldFailure> failure = Optional.empty();

    private Interleavings(Scenario scenario, WorldOptions options, long mostSchedules) {
        this.scenario = scenario;
        this.options = options;
        this.mostSchedules = mostSchedules;
    }

    /**
     * What was explored.
     *
     * @param schedules how many were played, most of them until they met a known state
     * @param complete how many of them to the end
     * @param states how many states were met
     * @param shared on how many places the order matters
     * @param steps operations on the disk
     * @param powerCuts how many states were continued as a power cut may leave them
     * @param exhausted false when the search ended before all was explored
     * @param failure the first schedule that broke a promise
     */
    record Report(
            long schedules,
            long complete,
            long states,
            int shared,
            long steps,
            long powerCuts,
            boolean exhausted,
            Optional<WorldFailure> failure) {
        String describe() {
            return states + " states, " + schedules + " schedules, " + complete + " to the end, " + steps
                    + " operations, " + powerCuts + " power cuts, " + shared + " shared places, " + (exhausted ? "exhausted" : "NOT exhausted");
        }
    }

    static Report explore(Scenario scenario, WorldOptions options, long mostSchedules) {
        return new Interleavings(scenario, options, mostSchedules).explore();
    }

    private Report explore() {
        try (Baton baton = new Baton()) {
            begin();
            while (!later.isEmpty() && failure.isEmpty() && schedules < mostSchedules) {
                play(later.pop(), baton);
                if (shared.hasGrown() && failure.isEmpty()) begin();
            }
        }
        boolean exhausted = later.isEmpty() && failure.isEmpty();
        return new Report(schedules, complete, met.size(), shared.size(), steps, cuts, exhausted, failure);
    }

    private void begin() {
        met.clear();
        later.clear();
        complete = 0;
        later.push(new byte[0]);
    }

    private void play(byte[] schedule, Baton baton) {
        schedules++;
        ScenarioSetting setting = new ScenarioSetting(scenario, options, baton, false);
        ScheduleDirector director = director(setting, schedule, baton);
        Optional<InvariantBroken> broken = play(setting, director);
        steps += setting.counts.steps;
        if (broken.isPresent()) failure = Optional.of(shown(director.taken(), baton, broken.get()));
        else if (!director.isKnown()) complete++;
    }

    private ScheduleDirector director(ScenarioSetting setting, byte[] schedule, Baton baton) {
        return new ScheduleDirector(setting, shared, new Exploring(baton), schedule, scenario.mostSwitches());
    }

    /** Notes what was met, and what is to be played. */
    private final class Exploring implements ScheduleDirector.Exploration {
        private final Baton baton;

        private Exploring(Baton baton) {
            this.baton = baton;
        }

        @Override
        public boolean isNew(long state) {
            return met.add(state);
        }

        @Override
        public void look(ScenarioSetting setting) {
            cut(setting, baton);
        }

        @Override
        public void later(byte[] other) {
            later.push(other);
        }
    }

    private void cut(ScenarioSetting setting, Baton baton) {
        if (scenario.powerCuts() == 0) return;
        try {
            cuts += Aftermath.of(setting, scenario.powerCuts(), options, baton);
        } catch (IOException e) {
            throw new InvariantBroken(Invariant.NO_SURPRISES, "the recovery failed: " + e, e);
        }
    }

    private Optional<InvariantBroken> play(ScenarioSetting setting, ScheduleDirector director) {
        try {
            setting.plainQueue(setting.disk).prepare();
            scenario.prepare().fill(setting.plainQueue(setting.disk), setting);
            setting.ledger.begin();
            setting.stage.directedBy(director);
            for (Scenario.Role role : scenario.roles())
                setting.enter(role.name(), me -> role.part().play(me, setting));
            setting.stage.play(setting.stage.actors().get(0));
            if (director.isKnown()) return Optional.empty();
            director.calm();
            setting.note("all have ended");
            setting.stage.play(setting.enter("last", setting::drain));
            setting.ledger.requireEnd();
            return Optional.empty();
        } catch (InvariantBroken e) {
            return Optional.of(e);
        } catch (IOException e) {
            return Optional.of(new InvariantBroken(Invariant.NO_SURPRISES, "the scenario itself failed: " + e, e));
        }
    }

    /** Plays it once more and writes everything down. */
    private WorldFailure shown(byte[] schedule, Baton baton, InvariantBroken broken) {
        ScenarioSetting setting = new ScenarioSetting(scenario, options, baton, true);
        ScheduleDirector.Exploration again = new ScheduleDirector.Exploration() {
            @Override
            public boolean isNew(long state) {
                return true;
            }

            @Override
            public void look(ScenarioSetting at) {
                int before = at.trace().size();
                cut(at, baton);
                at.trace().subList(before, at.trace().size()).clear();
            }

            @Override
            public void later(byte[] other) {}
        };
        play(setting, new ScheduleDirector(setting, shared, again, schedule, scenario.mostSwitches()));
        return new WorldFailure(0, broken.invariant(), String.valueOf(broken.getMessage()), setting.trace());
    }
}
