package dev.millrace.worker;

import dev.millrace.liveness.Heartbeat;
import dev.millrace.time.Time;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** What a worker came to in the last minute: counts, and percentiles of a bounded sample of its latest tasks. */
final class Recently {
    private static final double WINDOW_SECONDS = 60;
    private static final int SAMPLES = 2_000;
    private static final int BUCKETS = 60;

    private final Time time;
    private final long[] done = new long[BUCKETS];
    private final long[] failed = new long[BUCKETS];
    private final long[] second = new long[BUCKETS];
    private final Deque<Sample> samples = new ArrayDeque<>();

    Recently(Time time) {
        this.time = time;
    }

    private record Sample(long nanos, double startSec, double runSec) {}

    /** A task has ended; {@code startSec} is the time from due to claimed, {@code runSec} from claimed to settled. */
    synchronized void ended(boolean wasDone, double startSec, double runSec) {
        long now = seconds();
        int bucket = bucket(now);
        if (wasDone) done[bucket]++;
        else failed[bucket]++;
        samples.add(new Sample(time.nanos(), Math.max(0, startSec), Math.max(0, runSec)));
        if (samples.size() > SAMPLES) samples.poll();
    }

    private long seconds() {
        return Math.floorDiv(time.nanos(), 1_000_000_000L);
    }

    /** The bucket of a second, emptied when it still holds an earlier minute's. */
    private int bucket(long now) {
        int index = Math.floorMod(now, BUCKETS);
        if (second[index] != now) {
            second[index] = now;
            done[index] = 0;
            failed[index] = 0;
        }
        return index;
    }

    synchronized Optional<Heartbeat.Recent> look() {
        long now = seconds();
        long doneSum = 0;
        long failedSum = 0;
        for (int i = 0; i < BUCKETS; i++) {
            if (now - second[i] >= BUCKETS) continue;
            doneSum += done[i];
            failedSum += failed[i];
        }
        long oldest = time.nanos() - (long) (WINDOW_SECONDS * 1e9);
        samples.removeIf(sample -> sample.nanos() - oldest < 0);
        return Optional.of(new Heartbeat.Recent(
                WINDOW_SECONDS,
                doneSum,
                failedSum,
                percentile(Sample::startSec, 0.50),
                percentile(Sample::startSec, 0.95),
                percentile(Sample::runSec, 0.50),
                percentile(Sample::runSec, 0.95)));
    }

    /** Nearest rank; rounded to microseconds. */
    private double percentile(ToDoubleFunction<Sample> value, double rank) {
        if (samples.isEmpty()) return 0;
        double[] sorted = samples.stream().mapToDouble(value).toArray();
        Arrays.sort(sorted);
        double found = sorted[(int) Math.ceil(rank * sorted.length) - 1];
        return Math.round(found * 1e6) / 1e6;
    }
}
