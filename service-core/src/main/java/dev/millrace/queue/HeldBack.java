package dev.millrace.queue;

import dev.millrace.task.TaskOrder;
import dev.millrace.time.Time;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Pending names whose turn has not come because of a limit, by what holds them back, and when to ask again. Of a long line
 * only the front and the oldest are remembered; when that is used up, pending must be listed again. Each
 * {@value #OLDEST_EVERY}th that is begun is the one that has waited longest, whatever its priority, as in
 * {@link PendingIndex}: else a flood of urgent tasks would hold up the others of its kind for ever. Used by the claiming
 * thread, but for {@link #somethingEnded}.
 */
final class HeldBack {
    private static final int FRONT = 1_000;
    private static final int MOST_LINES = 10_000;
    private static final int OLDEST_EVERY = 10;

    private final Time time;
    private final Map<Turn, Line> lines = new LinkedHashMap<>();
    private volatile boolean ended;
    private boolean forgot;

    /** Tasks that wait for the same thing: the most urgent, and those that have waited longest. */
    private static final class Line {
        private final TreeSet<String> front = new TreeSet<>();
        private final TreeSet<Aged> oldest = new TreeSet<>();
        private boolean longer;
        private long askAgain;
        private int turns;
        private String lastTaken = "";

        /** One that was taken out and comes back was not begun: that was no turn. */
        private void add(String name) {
            if (name.equals(lastTaken)) turns--;
            lastTaken = "";
            front.add(name);
            oldest.add(Aged.of(name));
            if (oldest.size() > FRONT / OLDEST_EVERY) oldest.pollLast();
            if (front.size() <= FRONT) return;
            front.pollLast();
            longer = true;
        }

        private boolean isEmpty() {
            return front.isEmpty() && oldest.isEmpty();
        }

        private Optional<String> take() {
            if (isEmpty()) return Optional.empty();
            boolean byAge = ++turns % OLDEST_EVERY == 0 && !oldest.isEmpty();
            lastTaken = byAge || front.isEmpty() ? oldest.first().name() : front.first();
            front.remove(lastTaken);
            oldest.remove(Aged.of(lastTaken));
            return Optional.of(lastTaken);
        }
    }

    /** Names of strangers tell no time; they count as the youngest. */
    private record Aged(long due, String name) implements Comparable<Aged> {
        static Aged of(String name) {
            return new Aged(TaskOrder.dueMicrosOf(name).orElse(Long.MAX_VALUE), name);
        }

        @Override
        public int compareTo(Aged other) {
            int byDue = Long.compare(due, other.due);
            return byDue != 0 ? byDue : name.compareTo(other.name);
        }
    }

    HeldBack(Time time) {
        this.time = time;
    }

    /**
     * A name of a line. When there are too many lines to remember this one, too, its name is found by listing again. Who
     * joins a line that waits does not put it off: names may come faster than lines are asked.
     *
     * @param wait after which it may be worth asking again
     */
    void add(Turn turn, String name, Duration wait) {
        boolean waits = isWaiting(turn);
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
        long askAgain = time.nanos() + wait.toNanos();
        if (!waits || askAgain - line.askAgain < 0) line.askAgain = askAgain;
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
            if (found.isEmpty() && line.askAgain - now <= 0) found = line.take();
        }
        return found;
    }

    /** Forgets lines of which nothing is left; true when one of them was longer than was remembered, or there were more. */
    boolean dropEmpty() {
        boolean longer = forgot || lines.values().stream().anyMatch(line -> line.isEmpty() && line.longer);
        forgot = false;
        lines.values().removeIf(Line::isEmpty);
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
