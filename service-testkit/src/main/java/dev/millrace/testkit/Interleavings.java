package dev.millrace.testkit;

import dev.millrace.queue.TaskQueue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Plays a scenario in every order that makes a difference.
 *
 * <p>Real code cannot be put back into an earlier state, so each schedule is played from the start. A state is the disk
 * with what each actor has done and been told, which is all that its future depends on; a schedule ends where it meets a
 * state that another one has met. Between operations on places that only one actor uses nobody comes in, see {@link
 * SharedPaths}.
 */
final class Interleavings {
    /** Random schedules from which is learned what actors share, before the search begins. */
    private static final int LESSONS = 200;

    private final Scenario scenario;
    private final WorldOptions options;
    private final long mostSchedules;

    /** A lesson that breaks a promise is one of the many ways to break it, and seldom a short one. */
    private final boolean lessonsCount;

    private final SharedPaths shared;
    private final Set<Long> met = new HashSet<>();
    private final Set<Long> looked = new HashSet<>();
    private final Deque<byte[]> later = new ArrayDeque<>();
    private final SimulatedDisk start;
    private long schedules;
    private long complete;
    private long steps;
    private long cuts;
    private long deaths;
    private Optional<ScheduleFailure> failure = Optional.empty();

    private Interleavings(Scenario scenario, WorldOptions options, long mostSchedules, boolean lessonsCount) {
        this.scenario = scenario;
        this.options = options;
        this.mostSchedules = mostSchedules;
        this.lessonsCount = lessonsCount;
        this.shared = new SharedPaths(Setting.LAYOUT, scenario.powerCuts() > 0);
        this.start = prepared(scenario);
    }

    /** What lies on the disk at the start, all of it durable. */
    private static SimulatedDisk prepared(Scenario scenario) {
        SimulatedDisk disk = SimulatedDisk.empty(SteppedTime.create());
        try (Baton baton = new Baton()) {
            ScenarioSetting setting = new ScenarioSetting(scenario, WorldOptions.defaults(), baton, disk, false);
            TaskQueue queue = setting.plainQueue(disk);
            queue.prepare();
            scenario.prepare().fill(queue, setting);
            disk.forceFileSystem(setting.layout.root());
            return disk;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * What was explored.
     *
     * @param schedules how many were played, most of them until they met a known state
     * @param complete how many of them to the end
     * @param states how many states were met
     * @param shared how many places on the disk were used
     * @param steps operations on the disk
     * @param powerCuts how many states were continued as a power cut may leave them
     * @param deaths in how many schedules somebody died
     * @param exhausted false when the search ended before all was explored
     * @param failure a schedule that broke a promise
     */
    record Report(
            long schedules,
            long complete,
            long states,
            int shared,
            long steps,
            long powerCuts,
            long deaths,
            boolean exhausted,
            Optional<ScheduleFailure> failure) {
        private Report with(ScheduleFailure shown) {
            return new Report(
                    schedules, complete, states, shared, steps, powerCuts, deaths, exhausted, Optional.of(shown));
        }

        String describe() {
            return states + " states, " + schedules + " schedules, " + complete + " to the end, " + steps
                    + " operations, " + powerCuts + " power cuts, " + shared + " shared places, "
                    + (exhausted ? "exhausted" : "NOT exhausted");
        }
    }

    /** A schedule that breaks a promise is told in the short form that {@link #shortened} gives it. */
    static Report explore(Scenario scenario, WorldOptions options, long mostSchedules) {
        Report report = new Interleavings(scenario, options, mostSchedules, true).explore();
        return report.failure()
                .map(found -> report.with(shortened(found, scenario, options, mostSchedules)))
                .orElse(report);
    }

    /**
     * One that breaks the same promise with the fewest interruptions, and with the operations of each actor in as few
     * stretches as can be had by moving single ones.
     */
    private static ScheduleFailure shortened(
            ScheduleFailure found, Scenario scenario, WorldOptions options, long mostSchedules) {
        WorldOptions same = options.withSought(Set.of(found.invariant()));
        ScheduleFailure fewest =
                fewestInterruptions(scenario, same, mostSchedules).orElse(found);
        return Stretches.of(fewest).merged(turns -> replay(scenario, same, turns));
    }

    /** Empty when a search with fewer interruptions takes too long. */
    private static Optional<ScheduleFailure> fewestInterruptions(
            Scenario scenario, WorldOptions options, long mostSchedules) {
        for (int most = 0; most <= scenario.mostSwitches(); most++) {
            Report report = new Interleavings(scenario.withMostSwitches(most), options, mostSchedules, false).explore();
            if (report.failure().isPresent() || !report.exhausted()) return report.failure();
        }
        return Optional.empty();
    }

    /** Plays one schedule again; empty when it keeps all promises. */
    static Optional<ScheduleFailure> replay(Scenario scenario, WorldOptions options, Turns turns) {
        try (Baton baton = new Baton()) {
            return new Interleavings(scenario, options, 1, false)
                    .played(turns, baton)
                    .filter(one -> options.sought().contains(one.invariant()));
        }
    }

    private Report explore() {
        try (Baton baton = new Baton()) {
            SplittableRandom random = new SplittableRandom(1);
            for (int i = 0; i < LESSONS && failure.isEmpty(); i++) play(new byte[0], baton, random);
            while (shared.begin() && failure.isEmpty() && schedules < mostSchedules) pass(baton);
        }
        boolean exhausted = later.isEmpty() && failure.isEmpty();
        return new Report(schedules, complete, met.size(), shared.size(), steps, cuts, deaths, exhausted, failure);
    }

    /** Over all schedules, with what is known of shared places. */
    private void pass(Baton baton) {
        met.clear();
        looked.clear();
        complete = 0;
        schedules = 0;
        later.clear();
        later.push(new byte[0]);
        while (!later.isEmpty() && failure.isEmpty() && schedules < mostSchedules) play(later.pop(), baton, null);
    }

    private void play(byte[] schedule, Baton baton, @Nullable RandomGenerator random) {
        schedules++;
        ScenarioSetting setting = new ScenarioSetting(scenario, options, baton, start.copy(), false);
        ScheduleDirector director = director(setting, schedule, baton, random);
        Optional<InvariantBroken> broken = play(setting, director).filter(options::seeks);
        steps += setting.counts.steps;
        deaths += setting.counts.kills;
        boolean counts = random == null || lessonsCount;
        if (broken.isPresent() && counts) failure = Optional.of(shown(director.turns(), baton, broken.get()));
        else if (!director.isKnown()) complete++;
    }

    private ScheduleDirector director(
            ScenarioSetting setting, byte[] schedule, Baton baton, @Nullable RandomGenerator random) {
        return new ScheduleDirector(setting, shared, new Exploring(baton), schedule, scenario, random);
    }

    /** Who decides about the order of one schedule. */
    interface Player extends Stage.Director {
        /** From now on nobody is interrupted. */
        void calm();

        /** It ended in a state that was met before. */
        boolean isKnown();
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
            if (looked.add(setting.stateHash())) cut(setting, baton);
        }

        @Override
        public void later(byte[] other) {
            later.push(other);
        }
    }

    private void cut(ScenarioSetting setting, Baton baton) {
        try {
            cuts += Aftermath.of(setting, scenario.powerCuts(), options, baton);
        } catch (IOException e) {
            throw new InvariantBroken(Invariant.NO_SURPRISES, "the recovery failed: " + e, e);
        }
    }

    private Optional<InvariantBroken> play(ScenarioSetting setting, Player director) {
        try {
            setting.ledger.begin(setting.queueOptions.maxRescues() + 1);
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

    private ScheduleFailure shown(Turns turns, Baton baton, InvariantBroken broken) {
        return played(turns, baton)
                .orElseGet(() -> failure(turns, broken, List.of("it did not happen when it was played again")));
    }

    /** Plays it once more and writes everything down. */
    private Optional<ScheduleFailure> played(Turns turns, Baton baton) {
        ScenarioSetting setting = new ScenarioSetting(scenario, options, baton, start.copy(), true);
        ReplayDirector director = new ReplayDirector(setting, turns, at -> {
            if (scenario.powerCuts() == 0) return;
            int before = at.trace().size();
            cut(at, baton);
            at.trace().subList(before, at.trace().size()).clear();
        });
        return play(setting, director).map(broken -> failure(turns, broken, setting.trace()));
    }

    private ScheduleFailure failure(Turns turns, InvariantBroken broken, List<String> trace) {
        return new ScheduleFailure(
                scenario.name(), turns.toString(), broken.invariant(), String.valueOf(broken.getMessage()), trace);
    }
}
