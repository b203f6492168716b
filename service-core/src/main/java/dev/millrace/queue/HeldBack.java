package dev.millrace.queue;

import dev.millrace.time.Time;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Pending names whose turn has not come because of a limit, by what holds them back, and when to ask again. Of a long line
 * only the front is remembered; when that is used up, pending must be listed again. Used by the claiming thread, but for
 * {@link #somethingEnded}.
 */
final class HeldBack {
    private static final int FRONT = 1_000;
    private static final int MOST_LINES = 10_000;

    private final Time time;
    private final Map<Turn, Line> lines = new LinkedHashMap<>();
    private volatile boolean ended;
    private boolean forgot;

    /** Tasks that wait for the same thing. */
    private static final class Line {
        private final TreeSet<String> front = new TreeSet<>();
        private boolean longer;
        private long askAgain;

        private void add(String name) {
            front.add(name);
            if (front.size() <= FRONT) return;
            front.pollLast();
            longer = true;
        }
    }

    HeldBack(Time time) {
        this.time = time;
    }

    /**
     * A name of a line. When there are too many lines to remember this one, too, its name is found by listing again.
     *
     * @param wait after which it may be worth asking again
     */
    void add(Turn turn, String name, Duration wait) {
        Line line = lines.get(turn);
        if (line == null && lines.size() >= MOST_LINES) {
            forgot = true;
            return;
        }
        if (line == null) {
            line = new Line();
            lines.put(turn, line);
        }
        line.add(name);
        line.askAgain = time.nanos() + wait.toNanos();
    }

    /** True when others of this line are ahead, so that asking for one behind them is in vain. */
    boolean isWaiting(Turn turn) {
        Line line = lines.get(turn);
        return line != null && line.askAgain - time.nanos() > 0;
    }

    /** A task of this worker has ended, which may make room for another. */
    void somethingEnded() {
        ended = true;
    }

    /** The first name of a line that may be asked for again, taken out; empty when there is none. */
    Optional<String> next() {
        if (lines.isEmpty()) return Optional.empty();
        boolean all = ended;
        ended = false;
        long now = time.nanos();
        Optional<String> found = Optional.empty();
        for (Line line : lines.values()) {
            if (all) line.askAgain = now;
            if (found.isEmpty() && line.askAgain - now <= 0) found = Optional.ofNullable(line.front.pollFirst());
        }
        return found;
    }

    /** Forgets lines of which nothing is left; true when one of them was longer than was remembered, or there were more. */
    boolean dropEmpty() {
        boolean longer = forgot || lines.values().stream().anyMatch(line -> line.front.isEmpty() && line.longer);
        forgot = false;
        lines.values().removeIf(line -> line.front.isEmpty());
        return longer;
    }

    /** The time until {@link #next} may have something; empty when nothing is held back. */
    Optional<Duration> untilNext() {
        long now = time.nanos();
        return lines.values().stream()
                .map(line -> Duration.ofNanos(Math.max(0, line.askAgain - now)))
                .min(Duration::compareTo);
    }
}
