package dev.millrace.task;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Optional;

/** How one attempt ended. Terminal outcomes are written into the document; the others put the task back. */
public sealed interface Outcome {

    /** Finished with a result. */
    record Done(JsonNode result) implements Outcome {}

    /**
     * Finished without success, for good.
     *
     * @param error one line for people
     * @param traceback the stack, or empty
     * @param details further keys of the document, such as {@code recovery}
     */
    record Failed(String error, String traceback, Optional<ObjectNode> details) implements Outcome {
        public Failed(String error, String traceback) {
            this(error, traceback, Optional.empty());
        }
    }

    /** Called off. */
    record Cancelled(String reason) implements Outcome {}

    /** Failed, to be tried again after a delay; spends an attempt. */
    record Retry(String error, Duration delay) implements Outcome {}

    /** Given back unfinished, to be run again at once; spends no attempt. */
    record HandedBack(String reason) implements Outcome {}
}
