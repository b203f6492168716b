package dev.millrace.testkit;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Decides who goes on and what goes wrong. An actor runs to the end of its action, or is interrupted after some
 * operations; whenever it is, anybody may be killed, fall asleep or be believed dead, the power may fail, a disk may fail,
 * and time may pass.
 */
final class WorldDirector implements Stage.Director {
    /** Longer than anybody waits for a heartbeat. */
    private static final Duration SILENCE = Duration.ofMinutes(2);

    private static final int MOST_STEPS = 60_000;
    private static final int LUCK = 160;
    private static final int MOST_KILLS = 4;
    private static final int MOST_CUTS = 2;
    private static final int MOST_BIRTHS = 8;

    private final World world;
    private final Choices choices;
    private long steps;
    private int burst = Integer.MAX_VALUE;
    private int births;
    private boolean calm;

    WorldDirector(World world) {
        this.world = world;
        this.choices = world.choices;
    }

    /** From now on nothing goes wrong, nobody is interrupted, and only those are believed dead who are. */
    void calm() {
        calm = true;
        for (Actor actor : world.stage.actors()) actor.trouble = null;
    }

    boolean isCalm() {
        return calm;
    }

    /** The actor goes on for a while without being interrupted. */
    void undisturbed() {
        burst = Integer.MAX_VALUE;
    }

    @Override
    public Actor next(Actor now, Optional<DiskCall> call) {
        if (++steps > MOST_STEPS)
            throw new InvariantBroken(Invariant.NOTHING_WAITS_FOR_EVER, now + " goes on without end");
        if (calm) return now;
        boolean waits = call.filter(one -> one.is(DiskCall.Operation.LOCK)).isPresent();
        if (call.isPresent() && !waits && burst-- > 0) return now;
        disturb(now);
        return turn(now);
    }

    private Actor turn(Actor now) {
        Actor dying = world.stage.dying();
        if (dying != null) return dying;
        List<Actor> able = able(now);
        Actor next = able.get(choices.below(able.size()));
        int patience = choices.below(14);
        burst = patience < 6 ? Integer.MAX_VALUE : patience - 6;
        if (next != now) world.counts.switches++;
        return next;
    }

    /** Whose turn it may be; the one whose turn it is comes first. All are woken when nobody else is left. */
    private List<Actor> able(Actor now) {
        List<Actor> able = new ArrayList<>();
        if (now.plays() && now.asleepUntil <= steps) able.add(now);
        for (Actor actor : world.stage.actors())
            if (actor != now && actor.plays() && actor.asleepUntil <= steps) able.add(actor);
        if (!able.isEmpty()) return able;
        for (Actor actor : world.stage.actors()) if (actor.plays()) able.add(actor);
        return able;
    }

    @Override
    public @Nullable Actor after(Actor gone) {
        Actor dying = world.stage.dying();
        if (dying != null) return dying;
        boolean left = world.stage.actors().stream().anyMatch(actor -> !actor.over);
        return left ? turn(gone) : null;
    }

    // ------------------------------------------------------------------ what goes wrong

    private void disturb(Actor now) {
        int luck = choices.below(LUCK);
        WorldFeatures on = world.features;
        if (luck == 1 && on.powerCuts()) cutPower();
        else if (luck >= 2 && luck < 5 && on.kills()) kill(now);
        else if (luck >= 5 && luck < 8 && on.kills()) kill(any());
        else if (luck >= 8 && luck < 12 && on.naps()) sleep(now);
        else if (luck >= 12 && luck < 14 && on.naps()) sleep(any());
        else if (luck >= 14 && luck < 19 && on.suspicion()) suspect(any());
        else if (luck >= 19 && luck < 26 && on.faults()) trouble(now);
        else if (luck >= 26 && luck < 32) pass(Duration.ofMillis(300));
        else if (luck >= 32 && luck < 36) pass(Duration.ofSeconds(6));
        else if (luck == 36 && on.retention()) pass(Duration.ofHours(2));
    }

    private Actor any() {
        List<Actor> living =
                world.stage.actors().stream().filter(actor -> !actor.isGone()).toList();
        return living.get(choices.below(living.size()));
    }

    private void pass(Duration length) {
        world.note("time passes: " + length);
        world.time.advance(length);
    }

    private void kill(Actor victim) {
        if (world.counts.kills >= MOST_KILLS || victim.isGone()) return;
        world.counts.kills++;
        world.note(victim + " is killed");
        victim.dead = true;
        world.disk.kill(victim.name);
        if (choices.below(4) > 0) succeed(victim);
        else if (world.stage.actors().stream().allMatch(Actor::isGone)) succeed(victim);
    }

    /** Another process in its place. */
    private void succeed(Actor gone) {
        if (births++ < MOST_BIRTHS) world.enter(gone.name.replaceAll("[0-9]+$", ""), gone.script);
    }

    private void cutPower() {
        if (world.counts.powerCuts >= MOST_CUTS) return;
        world.counts.powerCuts++;
        world.note("the power fails");
        List<Actor> victims =
                world.stage.actors().stream().filter(actor -> !actor.isGone()).toList();
        for (Actor victim : victims) {
            victim.dead = true;
            world.disk.kill(victim.name);
        }
        world.disk.powerCut(new SplittableRandom(choices.below(1 << 20)));
        try {
            world.ledger.afterPowerCut();
        } catch (IOException e) {
            throw new InvariantBroken(Invariant.NO_SURPRISES, "cannot read the disk after a power cut: " + e, e);
        }
        for (Actor victim : victims) if (choices.below(3) > 0) succeed(victim);
    }

    private void sleep(Actor sleeper) {
        world.counts.naps++;
        sleeper.asleepUntil = steps + (40L << choices.below(4));
        sleeper.suspectedUntil = sleeper.asleepUntil + 40;
        world.note(sleeper + " is stopped until step " + sleeper.asleepUntil);
        world.time.advance(SILENCE);
    }

    private void suspect(Actor one) {
        world.counts.suspicions++;
        one.suspectedUntil = steps + (40L << choices.below(4));
        world.note(one + " is believed dead, wrongly");
    }

    private void trouble(Actor victim) {
        world.counts.faults++;
        victim.trouble = PlannedTrouble.of(choices, world.features.staying());
        world.note("the disk of " + victim + " will fail: " + victim.trouble.moment() + " " + victim.trouble.after()
                + " operations from here");
    }

    /** What everybody else thinks of an incarnation, which may be wrong. */
    boolean isBelievedDead(String incarnation) {
        for (Actor actor : world.stage.actors())
            if (actor.incarnation.equals(incarnation)) return actor.isGone() || (!calm && actor.suspectedUntil > steps);
        return calm || choices.below(3) > 0;
    }
}
