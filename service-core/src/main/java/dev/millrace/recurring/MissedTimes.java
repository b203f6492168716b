package dev.millrace.recurring;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The due times with which tasks have to catch up. There may be thousands, of which a step deals with a few; what it found
 * is remembered, so that the next step looks only for those that have come since.
 */
final class MissedTimes {
    private final Looking looking;
    private final Map<String, Found> byTask = new HashMap<>();

    /** Looks for the latest due times, as {@link DueTimes#latest} does. */
    interface Looking {
        List<Instant> latest(RecurringTask task, Instant after, Instant upTo, int most);
    }

    private record Found(RecurringTask task, Instant after, Instant upTo, List<Instant> dues) {
        /** False when the task was changed or a clock was set back. */
        boolean holds(RecurringTask now, Instant nowAfter, Instant nowUpTo) {
            return task.equals(now) && !nowAfter.isBefore(after) && !nowUpTo.isBefore(upTo);
        }
    }

    MissedTimes(Looking looking) {
        this.looking = looking;
    }

    /** The latest due times later than one moment and not later than the other, in order; at most what may fire at once. */
    List<Instant> latest(RecurringTask task, Instant after, Instant upTo) {
        int most = task.catchUp().atOnce();
        Found before = byTask.remove(task.name());
        List<Instant> dues = before != null && before.holds(task, after, upTo)
                ? goneOn(before, after, upTo, most)
                : looking.latest(task, after, upTo, most);
        if (dues.size() > 1) byTask.put(task.name(), new Found(task, after, upTo, dues));
        return dues;
    }

    private List<Instant> goneOn(Found before, Instant after, Instant upTo, int most) {
        List<Instant> dues = new ArrayList<>();
        for (Instant due : before.dues()) if (due.isAfter(after)) dues.add(due);
        Instant known = before.upTo().isAfter(after) ? before.upTo() : after;
        dues.addAll(looking.latest(before.task(), known, upTo, most));
        return List.copyOf(dues.subList(Math.max(0, dues.size() - most), dues.size()));
    }
}
