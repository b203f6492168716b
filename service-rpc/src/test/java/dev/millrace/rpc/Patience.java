package dev.millrace.rpc;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** What must come is waited for as long as a very slow machine may need. */
public final class Patience {
    private static final Duration SLOW_MACHINE = Duration.ofMinutes(1);

    private Patience() {}

    public static ConditionFactory await() {
        return Awaitility.await().atMost(SLOW_MACHINE);
    }
}
