package dev.millrace.queue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.task.TaskState;
import java.util.Optional;

/**
 * A task for which another one waits or has waited.
 *
 * @param id what people call it
 * @param stem its unique name for life
 * @param state where it is; empty when retention has removed it and nobody knows
 * @param result what its handler returned; a missing node unless it is done and its document is still there
 * @param error why it failed or was cancelled
 */
public record Dependency(String id, String stem, Optional<TaskState> state, JsonNode result, Optional<String> error) {
    public boolean isDone() {
        return state.filter(now -> now == TaskState.DONE).isPresent();
    }
}
