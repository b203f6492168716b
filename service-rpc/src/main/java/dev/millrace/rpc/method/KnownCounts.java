package dev.millrace.rpc.method;

import dev.millrace.queue.QueueCounts;
import dev.millrace.time.Time;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How many tasks each service has by state. To count a large queue takes as long as its folders are large, so what was
 * counted holds for a while: however many look how often, counting takes one part in twenty of a thread's time, and a count
 * is twenty seconds old at most.
 */
final class KnownCounts {
    private static final int SHARE = 20;
    private static final long LONGEST_NANOS = Duration.ofSeconds(20).toNanos();

    private final Time time;
    private final Map<String, Known> known = new ConcurrentHashMap<>();

    private record Known(QueueCounts counts, long sinceNanos, long forNanos) {}

    /** Counts the tasks of a service. */
    interface Counting {
        QueueCounts count() throws IOException;
    }

    KnownCounts(Time time) {
        this.time = time;
    }

    QueueCounts of(String service, Counting counting) throws IOException {
        long begun = time.nanos();
        Known last = known.get(service);
        if (last != null && begun - last.sinceNanos() < last.forNanos()) return last.counts();
        QueueCounts counts = counting.count();
        long ended = time.nanos();
        boolean large = counts.total() >= QueueCounts.LARGE;
        long holds = large ? Math.min(LONGEST_NANOS, SHARE * (ended - begun)) : 0;
        known.put(service, new Known(counts, ended, holds));
        return counts;
    }
}
