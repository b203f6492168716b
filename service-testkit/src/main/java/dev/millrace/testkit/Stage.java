package dev.millrace.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where actors play: each runs on a thread of its own, and exactly one at any moment. Before each of its operations on the
 * disk, and between its actions, the {@link Director} says who goes on.
 */
final class Stage {
    private final Baton baton;
    private Director director = new Director() {
        @Override
        public Actor next(Actor now, Optional<DiskCall> call) {
            return now;
        }

        @Override
        public @Nullable Actor after(Actor gone) {
            return null;
        }
    };
    private final List<Actor> actors = new ArrayList<>();
    private boolean closing;
    private @Nullable InvariantBroken broken;

    /** Decides who goes on. Called by the actor whose turn it is; never by two at once. */
    interface Director {
        /** Before an operation, or between two actions when there is none. */
        Actor next(Actor now, Optional<DiskCall> call);

        /** After somebody's end; null when nobody is left. */
        @Nullable
        Actor after(Actor gone);
    }

    Stage(Baton baton) {
        this.baton = baton;
    }

    void directedBy(Director newDirector) {
        director = newDirector;
    }

    List<Actor> actors() {
        return actors;
    }

    Actor enter(Actor actor) {
        actors.add(actor);
        actor.runner = baton.cast(() -> perform(actor));
        return actor;
    }

    /** Lets them play until all are over. */
    void play(Actor first) {
        baton.pass(baton.conductor(), runnerOf(first));
        if (broken != null) throw broken;
    }

    private static Baton.Runner runnerOf(Actor actor) {
        if (actor.runner == null) throw new IllegalStateException(actor + " has not entered");
        return actor.runner;
    }

    /** An actor is about to do something; returns when it may. */
    void reached(Actor me, Optional<DiskCall> call) {
        requireAlive(me);
        me.pending = call;
        Actor next = directed(() -> director.next(me, call), me);
        if (next != null && next != me) baton.pass(runnerOf(me), runnerOf(next));
        requireAlive(me);
    }

    void requireAlive(Actor me) {
        if (me.dead || closing) throw new CrashException(me + " is dead");
    }

    private interface Direction {
        @Nullable
        Actor next();
    }

    private @Nullable Actor directed(Direction direction, @Nullable Actor otherwise) {
        try {
            return direction.next();
        } catch (InvariantBroken e) {
            fail(e);
        } catch (RuntimeException | Error e) {
            fail(new InvariantBroken(Invariant.NO_SURPRISES, "the world itself failed: " + e, e));
        }
        return otherwise;
    }

    /** Ends the play: everybody who still has something to do dies at once. */
    void fail(InvariantBroken what) {
        if (broken == null) broken = what;
        closing = true;
    }

    /** Ends the play without blame. */
    void end() {
        closing = true;
    }

    private Baton.Runner perform(Actor me) {
        try {
            requireAlive(me);
            me.script.play(me);
        } catch (CrashException dead) {
            // as it was to be
        } catch (InvariantBroken e) {
            fail(e);
        } catch (Exception | Error e) {
            if (!me.dead && !closing) fail(new InvariantBroken(Invariant.NO_SURPRISES, me + " met " + e, e));
        }
        me.over = true;
        Actor next = closing ? null : directed(() -> director.after(me), null);
        if (closing) next = left();
        return next == null ? baton.conductor() : runnerOf(next);
    }

    private @Nullable Actor left() {
        for (Actor actor : actors) if (!actor.over) return actor;
        return null;
    }

    /** Somebody who was killed and whose thread has not noticed yet. */
    @Nullable
    Actor dying() {
        for (Actor actor : actors) if (actor.dead && !actor.over) return actor;
        return null;
    }
}
