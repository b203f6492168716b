package dev.millrace.queue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.json.Json;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The tasks for which one waits or has waited, in the order in which they were named or, for a group, submitted. They may
 * be many: nothing is read before it is asked for, and nothing is kept.
 */
public interface Dependencies {

    /** How many there are. */
    int count();

    /** How many are in each state now, mostly by looking for their files; those of which nobody knows are left out. */
    Map<TaskState, Integer> counts() throws IOException;

    /** Reads one after the other and hands it over. */
    void forEach(Consumer<Dependency> visitor) throws IOException;

    /** One of them by its id, its unique name, or the name under which it was given; empty when there is none. */
    Optional<Dependency> of(String name) throws IOException;

    /**
     * The results by id, all at once: for a few, not for a large group. An empty object stands for what has no result,
     * such as a failed task.
     */
    default Map<String, JsonNode> results() throws IOException {
        Map<String, JsonNode> results = new LinkedHashMap<>();
        forEach(one ->
                results.put(one.id(), one.isDone() && !one.result().isMissingNode() ? one.result() : Json.object()));
        return results;
    }
}
