package dev.millrace.testkit;

/** What holds after every step of a {@link Worlds world}. */
public enum Invariant {
    ONE_PLACE("a task is in exactly one state"),
    NOTHING_LOST("what was acknowledged is there, or was removed by retention or an operator"),
    ONE_TERMINAL_RECORD("a task gets one terminal record, ever"),
    SEEN_RESULTS_STAY("a result that a caller has seen never changes"),
    SETTLED_STAYS("an outcome that its worker was told to count is the one that counts"),
    DONE_STAYS_DONE("a task that has ended stays ended"),
    ATTEMPTS_ARE_LIMITED("attempts never exceed the maximum"),
    ONE_LIVE_CLAIM("there is at most one live claim per task and incarnation"),
    CALLED_OFF_STAYS_SO("what was called off does not begin any more"),
    DEPENDENCIES_FIRST("a task begins after those that it waits for"),
    UNIQUE_KEYS("of one unique key at most one task waits or runs"),
    GROUPS_ARE_WHOLE("a group is submitted whole or not at all"),
    COUNTS_EQUAL_CONTENTS("counts equal contents"),
    LOOKING_CHANGES_NOTHING("looking changes nothing"),
    NOTHING_WAITS_FOR_EVER("after faults stop, everything ends within a bound"),
    NO_SURPRISES("the queue throws nothing but what it declares");

    private final String promise;

    Invariant(String promise) {
        this.promise = promise;
    }

    /** The promise in words. */
    public String promise() {
        return promise;
    }
}
