package dev.millrace.testkit;

import dev.millrace.queue.TaskQueue;
import java.io.IOException;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What every {@link TaskQueue} promises. Implement it in a test class, build the queue in {@link #createQueue}, and run
 * it with JUnit.
 *
 * <p>Each promise gets a queue of its own, empty at the start, with the clocks and the event sink that it hands over, and
 * a poll interval of one second.
 */
@ExtendWith(ContractBenches.class)
public interface QueueContract
        extends ClaimContract, TargetContract, OutcomeContract, RescueContract, LookContract, RefusalContract {

    /**
     * Builds an empty queue that is ready for use.
     *
     * @param time the clocks that it must use
     * @param events where its events must go
     */
    TaskQueue createQueue(SteppedTime time, RecordingEvents events) throws IOException;
}
