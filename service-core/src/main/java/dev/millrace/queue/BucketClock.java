package dev.millrace.queue;

import dev.millrace.time.Time;
import io.github.bucket4j.TimeMeter;
import java.time.Instant;

/**
 * The time by which buckets are filled: the wall clock that is furthest ahead of all that have used them.
 *
 * <p>Each bucket's file says when it was last used. Whoever reads a later time there than its own goes on from that one, by
 * a clock that nobody can set. So no two hosts fill a bucket for the same time, however far their clocks differ, and a clock
 * that is set back stops nothing. One that is further ahead than all others fills a bucket once, when it is first used.
 */
final class BucketClock implements TimeMeter {
    /** In the year 2116; no clock is right beyond. */
    private static final long LATEST = Long.MAX_VALUE / 2;

    private final Time time;
    private long known;
    private long knownAt;

    BucketClock(Time time) {
        this.time = time;
        this.knownAt = time.nanos();
    }

    @Override
    public synchronized long currentTimeNanos() {
        Instant wall = time.instant();
        catchUpWith(wall.getEpochSecond() * 1_000_000_000L + wall.getNano());
        return known;
    }

    /** A bucket was used at this time by somebody; false when that can be no time. */
    synchronized boolean catchUpWith(long used) {
        long now = time.nanos();
        known += now - knownAt;
        knownAt = now;
        boolean isTime = used >= 0 && used < LATEST;
        if (isTime && used > known) known = used;
        return isTime;
    }

    @Override
    public boolean isWallClockBased() {
        return true;
    }
}
