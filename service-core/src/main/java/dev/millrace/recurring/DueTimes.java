package dev.millrace.recurring;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * The latest due times up to now. There may be millions since the service went down, so they are looked for from the near
 * end: in a window that is doubled until it holds enough.
 */
final class DueTimes {
    private static final Duration FIRST_WINDOW = Duration.ofSeconds(1);

    private DueTimes() {}

    /** The latest {@code most} due times later than one moment and not later than the other, in order. */
    static List<Instant> latest(RecurringTask task, Instant after, Instant upTo, int most) {
        Duration window = FIRST_WINDOW;
        while (true) {
            Instant from = upTo.minus(window);
            boolean whole = !from.isAfter(after);
            List<Instant> found = within(task, whole ? after : from, upTo, most);
            if (whole || found.size() == most) return found;
            window = window.multipliedBy(2);
        }
    }

    private static List<Instant> within(RecurringTask task, Instant after, Instant upTo, int most) {
        Deque<Instant> found = new ArrayDeque<>();
        Optional<Instant> due = task.after(after);
        while (due.isPresent() && !due.get().isAfter(upTo)) {
            if (found.size() == most) found.removeFirst();
            found.add(due.get());
            due = task.after(due.get());
        }
        return List.copyOf(found);
    }
}
