package dev.millrace.task;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Optional;

/**
 * How one attempt ended. Terminal outcomes are written into the document; the others put the task back. The {@code
 * details} of a terminal outcome are further keys of the document, those of another one of the attempt's record.
 */
public sealed interface Outcome {

    /**
     * Finished with a result.
     *
     * @param result what the handler returned
     * @param details such as {@code progress}
     */
    record Done(JsonNode result, Optional<ObjectNode> details) implements Outcome {
        public Done(JsonNode result) {
            this(result, Optional.empty());
        }
    }

    /**
     * Finished without success, for good.
     *
     * @param error one line for people
     * @param traceback the stack, or empty
     * @param details such as {@code recovery}, {@code error_class}, {@code timed_out} and {@code progress}
     */
    record Failed(String error, String traceback, Optional<ObjectNode> details) implements Outcome {
        public Failed(String error, String traceback) {
            this(error, traceback, Optional.empty());
        }
    }

    /**
     * Called off.
     *
     * @param reason one line for people
     * @param details further keys of the document
     */
    record Cancelled(String reason, Optional<ObjectNode> details) implements Outcome {
        public Cancelled(String reason) {
            this(reason, Optional.empty());
        }
    }

    /**
     * Failed, to be tried again after a delay; spends an attempt.
     *
     * @param error one line for people
     * @param delay from now; at once when it is not positive
     * @param details such as {@code error_class}, {@code timed_out} and {@code progress}
     */
    record Retry(String error, Duration delay, Optional<ObjectNode> details) implements Outcome {
        public Retry(String error, Duration delay) {
            this(error, delay, Optional.empty());
        }
    }

    /**
     * Put off by its handler, to be run again after a delay; spends no attempt.
     *
     * @param reason one line for people
     * @param delay from now; at once when it is not positive
     * @param details such as {@code progress}
     */
    record Snoozed(String reason, Duration delay, Optional<ObjectNode> details) implements Outcome {
        public Snoozed(String reason, Duration delay) {
            this(reason, delay, Optional.empty());
        }
    }

    /** Given back unfinished, to be run again at once; spends no attempt. */
    record HandedBack(String reason) implements Outcome {}
}
