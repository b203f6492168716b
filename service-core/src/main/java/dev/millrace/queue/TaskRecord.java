package dev.millrace.queue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A task's file, read.
 *
 * @param view where it was
 * @param document its content; empty when it is not a task document
 * @param quarantine why it was refused; empty when it was not
 */
public record TaskRecord(TaskView view, Optional<ObjectNode> document, Optional<String> quarantine) {

    /** The key that says whether the last attempt began at all; not there when it did. */
    static final String BEGUN = "begun";

    /** True when the task was ended while it waited: nobody ran the attempt with which it ended. */
    public boolean endedUnrun() {
        return value(BEGUN).isBoolean() && !value(BEGUN).booleanValue();
    }

    /** The handler's result; a missing node when there is none. */
    public JsonNode result() {
        JsonNode own = value("result");
        return own.isMissingNode() ? value("logs") : own;
    }

    /** Why it failed or was refused. */
    public Optional<String> error() {
        if (quarantine.isPresent()) return quarantine;
        JsonNode error = value("error");
        return error.isTextual() ? Optional.of(error.textValue()) : Optional.empty();
    }

    /** Seconds from claim to end of the last attempt, when it ended. */
    public Optional<Double> runtimeSeconds() {
        JsonNode runtime = value("runtime");
        return runtime.isNumber() ? Optional.of(runtime.doubleValue()) : Optional.empty();
    }

    /** One value of the document; a missing node when absent. */
    public JsonNode value(String key) {
        @Nullable JsonNode value = document.map(body -> body.get(key)).orElse(null);
        return value == null ? MissingNode.getInstance() : value;
    }
}
