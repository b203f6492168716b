package dev.millrace.worker;

import java.time.Duration;

/** How often a queue is counted: seldom where it takes long, but not so seldom that one slow look makes the counts old. */
final class CountingPace {
    private static final Duration OFTEN = Duration.ofSeconds(2);
    private static final Duration SELDOM = Duration.ofMinutes(1);

    /** Counting takes one part in so many of the time, as long as it is not counted too seldom for that. */
    private static final int USUAL_SHARE = 50;

    /** Counting never takes more than one part in so many. */
    private static final int MOST_SHARE = 5;

    /** A process that was stopped while it counted has not counted for so long. */
    private static final Duration LONGEST = Duration.ofMinutes(10);

    private CountingPace() {}

    /** How long after the beginning of a look that took so long the next one begins. */
    static Duration after(Duration took) {
        Duration usual = smaller(took.multipliedBy(USUAL_SHARE), larger(SELDOM, took.multipliedBy(MOST_SHARE)));
        return smaller(LONGEST, larger(OFTEN, usual));
    }

    private static Duration larger(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    private static Duration smaller(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
