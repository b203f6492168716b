package dev.millrace.task;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.json.MalformedJsonException;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A task document ({@value #SCHEMA}) that was read and found fit to run. Keys that we do not know stay in {@link #body}.
 *
 * <p>What is fit is also written down as JSON Schema (schemas/task.json in the resources); a test holds the two
 * together.
 *
 * @param body the whole document as read; treat as read-only
 */
public record TaskDocument(ObjectNode body) {
    /** The value of the key {@code schema}. */
    public static final String SCHEMA = "agi.service.task.v1";

    /** The largest task file that is read, in bytes. */
    public static final int MAX_BYTES = 1 << 20;

    /**
     * Reads a task file's bytes.
     *
     * @throws CorruptTaskException with a reason that names the key or the place
     */
    public static TaskDocument parse(byte[] content) throws CorruptTaskException {
        try {
            return checked(Json.parseObject(content));
        } catch (MalformedJsonException e) {
            throw new CorruptTaskException(e.reason());
        }
    }

    /** A document that is already a tree, see {@link #parse}. */
    public static TaskDocument checked(ObjectNode body) throws CorruptTaskException {
        TaskKeys.check(body);
        return new TaskDocument(body);
    }

    /** What is wrong with keys that are right each by itself; submit refuses it, and whoever takes up a stranger's task asks. */
    public Optional<String> contradiction() {
        return KeysTogether.objection(body).map(found -> "key '" + found.key() + "' " + found.problem());
    }

    /** The id that the author gave, the same for all files of one plan; empty when there is none. */
    public String taskId() {
        return text("task_id").orElse("");
    }

    /** The author's name for the work; empty when there is none. */
    public String taskName() {
        return text("task_name").orElse("");
    }

    /** The handler's kind; empty for the app's default handler. */
    public Optional<String> kind() {
        return text("kind").filter(kind -> !kind.isEmpty());
    }

    /** The worker that alone may run it, trimmed; empty for any. */
    public Optional<String> worker() {
        return text("worker").map(String::strip).filter(name -> !name.isEmpty());
    }

    /**
     * The number of the worker that alone may run it, by AGILAB's rules of equality: {@code 0.0} and {@code false} are 0.
     */
    public Optional<Double> workerIndex() {
        return workerIndex(body.path("worker_idx"));
    }

    /** As above, of what stands under {@code worker_idx} in a document that is not checked. */
    public static Optional<Double> workerIndex(JsonNode index) {
        if (index.isBoolean()) return Optional.of(index.booleanValue() ? 1.0 : 0.0);
        return index.isNumber() ? Optional.of(index.doubleValue()) : Optional.empty();
    }

    /** The key {@code args} as an object; empty when absent. */
    public ObjectNode args() {
        return body.path("args") instanceof ObjectNode args ? args : Json.object();
    }

    /** The key {@code plan}, missing node when absent. */
    public JsonNode plan() {
        return body.path("plan");
    }

    /** The key {@code metadata}, missing node when absent. */
    public JsonNode metadata() {
        return body.path("metadata");
    }

    /** Most attempts, when the task limits them itself. */
    public OptionalInt maxAttempts() {
        JsonNode most = body.path("max_attempts");
        return most.isNumber() ? OptionalInt.of(most.intValue()) : OptionalInt.empty();
    }

    /** What the task itself says of how long and how often it may run. */
    public AttemptRules rules() {
        return AttemptRules.of(body);
    }

    /** The key that stays the same over all attempts; given by the author, else made from the task's own name. */
    public Optional<String> idempotencyKey() {
        return text("idempotency_key");
    }

    /** Tasks with the same key share a limit; empty when it has none. */
    public String concurrencyKey() {
        return text("concurrency_key").orElse("");
    }

    /** A text value, or empty when absent, null or of another type. */
    public Optional<String> text(String key) {
        JsonNode value = body.get(key);
        return Optional.ofNullable(value == null || !value.isTextual() ? null : value.textValue());
    }

    /** Any value; a missing node when absent. */
    public JsonNode value(String key) {
        @Nullable JsonNode value = body.get(key);
        return value == null ? MissingNode.getInstance() : value;
    }
}
