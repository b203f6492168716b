package dev.millrace.testkit;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Plays what was written down, turn by turn, whatever is known of shared places; behind its end nobody is interrupted. */
final class ReplayDirector implements Interleavings.Player {
    private final ScenarioSetting setting;
    private final Turns turns;
    private final Consumer<ScenarioSetting> beforeChanges;
    private int turn;
    private boolean calm;

    /** @param beforeChanges looks at each state in which something is about to change */
    ReplayDirector(ScenarioSetting setting, Turns turns, Consumer<ScenarioSetting> beforeChanges) {
        this.setting = setting;
        this.turns = turns;
        this.beforeChanges = beforeChanges;
    }

    @Override
    public void calm() {
        calm = true;
    }

    @Override
    public boolean isKnown() {
        return false;
    }

    @Override
    public Actor next(Actor now, Optional<DiskCall> call) {
        if (calm || call.isEmpty()) return now;
        if (call.get().operation().isChange()) beforeChanges.accept(setting);
        return written(now);
    }

    @Override
    public @Nullable Actor after(Actor gone) {
        if (calm) return null;
        boolean left = setting.stage.actors().stream().anyMatch(actor -> !actor.over);
        return left ? written(gone) : null;
    }

    private Actor written(Actor now) {
        List<Actor> actors = setting.stage.actors();
        if (turn < turns.count()) {
            int number = turns.actorAt(turn++);
            if (number < actors.size() && !actors.get(number).over) return actors.get(number);
        }
        if (!now.over) return now;
        return actors.stream().filter(actor -> !actor.over).findFirst().orElseThrow();
    }
}
