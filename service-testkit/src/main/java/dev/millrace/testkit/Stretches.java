package dev.millrace.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A schedule that breaks a promise, as stretches in which one actor goes on. */
final class Stretches {
    private ScheduleFailure shortest;
    private List<Stretch> stretches;

    private Stretches(ScheduleFailure failure) {
        this.shortest = failure;
        this.stretches = in(Turns.of(failure.turns()));
    }

    private record Stretch(int actor, int length) {}

    /** Plays a schedule again. */
    interface Replay {
        /** Empty when it keeps the promise. */
        Optional<ScheduleFailure> of(Turns turns);
    }

    static Stretches of(ScheduleFailure failure) {
        return new Stretches(failure);
    }

    /** Lets one stretch after the other come earlier, behind the last one of its actor, where the promise stays broken so. */
    ScheduleFailure merged(Replay replay) {
        int last;
        do {
            last = stretches.size();
            for (int at = stretches.size() - 1; at > 1; at--) moveForward(at, replay);
        } while (stretches.size() < last);
        return shortest;
    }

    private void moveForward(int at, Replay replay) {
        int before = at >= stretches.size() ? -1 : lastOfSameActor(at);
        if (before < 0) return;
        List<Stretch> tried = new ArrayList<>(stretches);
        Stretch moved = tried.remove(at);
        tried.set(before, new Stretch(moved.actor(), stretches.get(before).length() + moved.length()));
        Optional<ScheduleFailure> broken = replay.of(turns(tried));
        if (broken.isEmpty()) return;
        shortest = broken.get();
        stretches = in(turns(tried));
    }

    private int lastOfSameActor(int at) {
        for (int before = at - 2; before >= 0; before--)
            if (stretches.get(before).actor() == stretches.get(at).actor()) return before;
        return -1;
    }

    private static List<Stretch> in(Turns turns) {
        List<Stretch> found = new ArrayList<>();
        for (int at = 0, next; at < turns.count(); at = next) {
            next = at + 1;
            while (next < turns.count() && turns.actorAt(next) == turns.actorAt(at)) next++;
            found.add(new Stretch(turns.actorAt(at), next - at));
        }
        return found;
    }

    private static Turns turns(List<Stretch> stretches) {
        Turns turns = new Turns();
        for (Stretch one : stretches) for (int i = 0; i < one.length(); i++) turns.add(one.actor());
        return turns;
    }
}
