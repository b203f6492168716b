package dev.millrace.lifecycle;

import dev.millrace.settings.WaitLimit;
import java.util.function.BooleanSupplier;

/**
 * How long a stop waits for its workers.
 *
 * @param limit at most so long
 * @param givenUp asked at each look: true when nobody wants to know any more
 */
record StopWait(WaitLimit limit, BooleanSupplier givenUp) {
    static StopWait atMost(WaitLimit limit) {
        return new StopWait(limit, () -> false);
    }

    boolean isOver(long waitedNanos) {
        return isGivenUp()
                || limit.length().map(length -> waitedNanos >= length.toNanos()).orElse(false);
    }

    boolean isGivenUp() {
        return givenUp.getAsBoolean();
    }
}
