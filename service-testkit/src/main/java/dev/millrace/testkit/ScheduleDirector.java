package dev.millrace.testkit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Plays one schedule: first what was given, then always the first that can go on, until a state is met that was met
 * before. At each new state it notes what else could have been chosen.
 */
final class ScheduleDirector implements Interleavings.Player {
    private final ScenarioSetting setting;
    private final SharedPaths shared;
    private final Exploration exploration;
    private final byte[] given;
    private final Scenario scenario;
    private final @Nullable RandomGenerator random;
    private final Turns turns = new Turns();
    private byte[] taken = new byte[64];
    private int count;
    private int switches;
    private boolean calm;
    private boolean known;

    /** What is remembered from schedule to schedule. */
    interface Exploration {
        /** True when a state is met for the first time. */
        boolean isNew(long state);

        /** Looks more closely at a state in which something is about to change. */
        void look(ScenarioSetting setting);

        /** To be played later. */
        void later(byte[] schedule);
    }

    /** @param random chooses instead, everywhere, to learn what the actors share; null for a search */
    ScheduleDirector(
            ScenarioSetting setting,
            SharedPaths shared,
            Exploration exploration,
            byte[] given,
            Scenario scenario,
            @Nullable RandomGenerator random) {
        this.setting = setting;
        this.shared = shared;
        this.exploration = exploration;
        this.given = given;
        this.scenario = scenario;
        this.random = random;
    }

    @Override
    public void calm() {
        calm = true;
    }

    @Override
    public boolean isKnown() {
        return known;
    }

    /** Who went on so far, also where there was no choice. */
    Turns turns() {
        return turns;
    }

    @Override
    public Actor next(Actor now, Optional<DiskCall> call) {
        if (calm || call.isEmpty()) return now;
        shared.learn(now, call.get());
        if (scenario.powerCuts() > 0 && call.get().operation().isChange() && random == null) exploration.look(setting);
        now.waits = true;
        return noted(decided(now));
    }

    @Override
    public @Nullable Actor after(Actor gone) {
        if (calm) return null;
        boolean left = setting.stage.actors().stream().anyMatch(actor -> !actor.over);
        return left ? noted(decided(gone)) : null;
    }

    private Actor noted(Actor next) {
        turns.add(next.number);
        return next;
    }

    private Actor decided(Actor now) {
        List<Actor> able = new ArrayList<>();
        for (Actor actor : setting.stage.actors()) {
            if (actor.over) continue;
            if (!actor.waits) return actor; // it has not come to its first operation
            able.add(actor);
        }
        if (random != null) return able.get(random.nextInt(able.size()));
        Actor alone = withoutChoice(now, able);
        if (alone != null) return alone;
        int choice = count < given.length ? given[count] : chosen(now, able);
        if (known) return now;
        take(choice);
        Actor next = able.get(choice);
        if (next != now && !now.over) switches++;
        return next;
    }

    /** Somebody whose next operation commutes with all that the others will do; it may as well come at once. */
    private @Nullable Actor withoutChoice(Actor now, List<Actor> able) {
        if (able.size() == 1) return able.get(0);
        if (!now.over && isAlone(now)) return now;
        for (Actor actor : able) if (isAlone(actor)) return actor;
        return null;
    }

    private boolean isAlone(Actor actor) {
        return !shared.isShared(actor, actor.pending.orElseThrow(), setting.stage.actors());
    }

    private int chosen(Actor now, List<Actor> able) {
        int plain = Math.max(0, able.indexOf(now));
        long state = setting.stateHash();
        boolean bounded = scenario.mostSwitches() != Scenario.WITHOUT_BOUND;
        if (bounded) state = state * 31 + now.number * 64L + switches;
        if (!exploration.isNew(state)) {
            known = true;
            setting.stage.end();
            return plain;
        }
        boolean mayInterrupt = now.over || switches < scenario.mostSwitches();
        for (int i = 0; i < able.size() && mayInterrupt; i++) if (i != plain) exploration.later(with(i));
        return plain;
    }

    private byte[] with(int choice) {
        byte[] schedule = Arrays.copyOf(taken, count + 1);
        schedule[count] = (byte) choice;
        return schedule;
    }

    private void take(int choice) {
        if (count == taken.length) taken = Arrays.copyOf(taken, 2 * count);
        taken[count++] = (byte) choice;
    }
}
