package dev.millrace.testkit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Plays one schedule: first what was given, then always the first that can go on, until a state is met that was met
 * before. At each new state it notes what else could have been chosen.
 */
final class ScheduleDirector implements Stage.Director {
    private final ScenarioSetting setting;
    private final SharedPaths shared;
    private final Exploration exploration;
    private final byte[] given;
    private final int mostSwitches;
    private byte[] taken = new byte[64];
    private int count;
    private int switches;
    private boolean calm;
    private boolean known;

    /** What is remembered from schedule to schedule. */
    interface Exploration {
        /** True when a state is met for the first time. */
        boolean isNew(long state);

        /** Looks more closely at a state that is met for the first time. */
        void look(ScenarioSetting setting);

        /** To be played later. */
        void later(byte[] schedule);
    }

    ScheduleDirector(
            ScenarioSetting setting, SharedPaths shared, Exploration exploration, byte[] given, int mostSwitches) {
        this.setting = setting;
        this.shared = shared;
        this.exploration = exploration;
        this.given = given;
        this.mostSwitches = mostSwitches;
    }

    void calm() {
        calm = true;
    }

    /** It ended in a state that was met before. */
    boolean isKnown() {
        return known;
    }

    @Override
    public Actor next(Actor now, Optional<DiskCall> call) {
        if (calm || call.isEmpty()) return now;
        shared.used(now.number, call.get(), setting);
        if (!shared.isShared(call.get(), setting)) return now;
        now.waits = true;
        return decided(now);
    }

    @Override
    public @Nullable Actor after(Actor gone) {
        if (calm) return null;
        boolean left = setting.stage.actors().stream().anyMatch(actor -> !actor.over);
        return left ? decided(gone) : null;
    }

    private Actor decided(Actor now) {
        List<Actor> able = new ArrayList<>();
        for (Actor actor : setting.stage.actors()) {
            if (actor.over) continue;
            if (!actor.waits) return actor; // it has not come to its first point of decision
            able.add(actor);
        }
        int choice = count < given.length ? given[count] : chosen(now, able);
        if (known) return now;
        take(choice);
        Actor next = able.get(choice);
        if (next != now && !now.over) switches++;
        return next;
    }

    private int chosen(Actor now, List<Actor> able) {
        int plain = Math.max(0, able.indexOf(now));
        long state = setting.stateHash();
        if (mostSwitches != Scenario.WITHOUT_BOUND) state = state * 31 + now.number * 64L + switches;
        if (!exploration.isNew(state)) {
            known = true;
            setting.stage.end();
            return plain;
        }
        exploration.look(setting);
        boolean mayInterrupt = now.over || switches < mostSwitches;
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

    byte[] taken() {
        return Arrays.copyOf(taken, count);
    }
}
