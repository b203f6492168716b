package dev.millrace.lifecycle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.task.TaskState;
import java.util.Optional;

/**
 * How a task ended.
 *
 * @param id what people call it
 * @param state done, failed or cancelled
 * @param result what the handler returned; a missing node unless done
 * @param error why it failed; empty when done
 * @param runtimeSeconds of the last attempt
 * @param document the whole document; empty when it was refused unread
 */
public record TaskResult(
        String id,
        TaskState state,
        JsonNode result,
        Optional<String> error,
        Optional<Double> runtimeSeconds,
        Optional<ObjectNode> document) {
    public boolean isDone() {
        return state == TaskState.DONE;
    }
}
