package dev.millrace.queue;

import dev.millrace.task.TaskOrder;
import java.util.Comparator;
import java.util.TreeSet;

/** Pending names of one priority in plain order of name, which is claim order. */
final class PendingLane {
    /** The lane whose first name has waited longest comes first. None of them may be empty. */
    static final Comparator<PendingLane> BY_AGE_OF_FIRST = Comparator.comparingLong(
            lane -> TaskOrder.dueMicrosOf(lane.names.first()).orElse(0));

    private final TreeSet<String> names = new TreeSet<>();
    private String passed = "";
    private boolean truncated;
    private long lastTurn;

    boolean isEmpty() {
        return names.isEmpty();
    }

    int size() {
        return names.size();
    }

    /** Names were left out. */
    boolean isTruncated() {
        return truncated;
    }

    /** Names were left out, and those that were not are used up. */
    boolean isUsedUp() {
        return truncated && names.isEmpty();
    }

    /** The first name, which must be there. */
    String take(long turn) {
        lastTurn = turn;
        String next = names.first();
        names.remove(next);
        if (next.compareTo(passed) > 0) passed = next;
        return next;
    }

    /** The turn in which a name was taken last. */
    long lastTurn() {
        return lastTurn;
    }

    /** A name that was noticed; beyond the last name of a shortened listing it waits for the next one. True when new. */
    boolean offer(String name) {
        return !isBeyond(name) && names.add(name);
    }

    /** Names before it have been left out, so it must be, too. */
    private boolean isBeyond(String name) {
        return truncated && (names.isEmpty() || name.compareTo(names.last()) > 0);
    }

    /** @param goesOn false to begin with the first name again */
    void beginListing(boolean goesOn) {
        truncated = false;
        if (!goesOn) passed = "";
    }

    /** A name of a listing. True when new. */
    boolean list(String name) {
        return name.compareTo(passed) > 0 && !isBeyond(name) && names.add(name);
    }

    /** There is no room for the last name. */
    void dropLast() {
        names.pollLast();
        truncated = true;
    }
}
