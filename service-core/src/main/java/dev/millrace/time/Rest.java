package dev.millrace.time;

import java.time.Duration;

/**
 * How long somebody rests after work that may take only a share of the time. A process that was stopped in the middle, as a
 * laptop that sleeps, has not worked for so long; so no rest is longer than {@link #LONGEST}, whatever the clock says.
 */
public final class Rest {
    /** However long the work took. */
    public static final Duration LONGEST = Duration.ofMinutes(1);

    private Rest() {}

    /**
     * The rest after some work.
     *
     * @param took how long it took, nanoseconds
     * @param share work and rest together may be so many times as long as the work; at least 1
     * @param leastNanos rests at least so long, also when that is longer than {@link #LONGEST}
     * @return nanoseconds
     */
    public static long nanosAfter(long took, int share, long leastNanos) {
        long most = LONGEST.toNanos();
        long wanted = took > most / share ? most : share * took;
        return Math.max(leastNanos, wanted);
    }
}
