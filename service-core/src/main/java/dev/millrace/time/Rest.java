package dev.millrace.time;

import java.time.Duration;

/**
 * How long somebody rests after work that may take only a share of the time. A process that was stopped in the middle, as a
 * laptop that sleeps, has not worked for so long; so no rest is longer than {@link #LONGEST}, whatever the clock says.
 *
 * @param share a rest is so many times as long as the work before it; at least 1
 * @param leastNanos a rest is at least so long, also when that is longer than {@link #LONGEST}; not negative
 */
public record Rest(int share, long leastNanos) {
    /** However long the work took. */
    public static final Duration LONGEST = Duration.ofMinutes(1);

    /** @throws IllegalArgumentException when one of them is out of its range */
    public Rest {
        if (share < 1) throw new IllegalArgumentException("a share of " + share + " must be at least 1");
        if (leastNanos < 0) throw new IllegalArgumentException("a rest of " + leastNanos + " ns must not be negative");
    }

    /**
     * The rest after some work.
     *
     * @param took how long the work took, nanoseconds
     * @return nanoseconds
     */
    public long nanosAfter(long took) {
        long most = LONGEST.toNanos();
        long wanted = took > most / share ? most : share * took;
        return Math.max(leastNanos, wanted);
    }
}
