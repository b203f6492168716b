package dev.millrace.task;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Work to be submitted. Immutable: every method returns a changed copy.
 *
 * <pre>{@code service.submit(Task.of("resize").args(Map.of("width", 640)).timeout(Duration.ofMinutes(5)))}</pre>
 *
 * @param id the caller's name for it, or empty for a new random one
 * @param keys the keys of its document but for those that submit writes itself
 */
public record Task(Optional<TaskId> id, ObjectNode keys) {

    /** @throws InvalidTaskException when the handler would be asked to end only after it was interrupted */
    public Task {
        keys = keys.deepCopy();
        KeysTogether.ofTimes(keys).ifPresent(found -> {
            throw new InvalidTaskException(found.key(), found.value().asText(), found.problem());
        });
    }

    /** A task for the handler of this kind. */
    public static Task of(String kind) {
        if (kind.isBlank()) throw new InvalidTaskException("kind", kind, "must not be blank");
        return ofDefaultKind().with("kind", kind);
    }

    /** A task for the app's default handler. */
    public static Task ofDefaultKind() {
        return new Task(Optional.empty(), Json.object());
    }

    /** A name of the caller's own, see {@link TaskId}. It need not be unique; the file's name always is. */
    public Task id(String newId) {
        return new Task(Optional.of(new TaskId(newId)), keys);
    }

    /** What the handler gets; any values that JSON can hold. */
    public Task args(Map<String, ?> args) {
        return with("args", args);
    }

    /** A name for people. */
    public Task name(String name) {
        return with("task_name", name);
    }

    /** AGILAB's plan, handed to the handler as it is. */
    public Task plan(JsonNode plan) {
        return with("plan", plan);
    }

    /** AGILAB's metadata, handed to the handler as it is. */
    public Task metadata(JsonNode metadata) {
        return with("metadata", metadata);
    }

    /** The worker that alone may run it. */
    public Task worker(String workerName) {
        return with("worker", workerName);
    }

    /** 0 (last) to 9 (first); {@link TaskOrder#DEFAULT_PRIORITY} when not given. */
    public Task priority(int priority) {
        return with("priority", priority);
    }

    /** Not to be started before this moment. */
    public Task notBefore(Instant moment) {
        return with("not_before", dev.millrace.time.Time.toEpochSeconds(moment));
    }

    /**
     * Most attempts in all, 1 to 999999; a failed one is tried again while fewer were made. One that its worker's death
     * ended counts, too.
     */
    public Task maxAttempts(int most) {
        return with("max_attempts", most);
    }

    /** Whether and when a failed attempt is followed by another. */
    public Task retry(RetryPolicy policy) {
        return with("retry", policy.toJson());
    }

    /**
     * How long one attempt may run before it is interrupted and counts as failed, up to 1e9 s; a handler that ignores the
     * interrupt is given up a little later. Whether another attempt follows is up to {@link #retry}.
     */
    public Task timeout(Duration length) {
        return withLength("timeout_sec", length);
    }

    /**
     * After how long the handler of an attempt is asked to come to an end, up to 1e9 s and less than {@link #timeout}. It
     * is not interrupted, and what it returns counts.
     */
    public Task softTimeout(Duration length) {
        return withLength("soft_timeout_sec", length);
    }

    /**
     * Only one task of a key at a time: while one waits or runs or, with {@link #uniqueWindow}, for so long after the first
     * was submitted. What becomes of others says {@link #unique}.
     *
     * @param key at most 1000 characters
     */
    public Task uniqueKey(String key) {
        return with("unique_key", key);
    }

    /** What becomes of this task when its unique key is taken; {@link UniquePolicy#RETURN_EXISTING} when not given. */
    public Task unique(UniquePolicy policy) {
        return withUnique("policy", policy.word());
    }

    /** How long after the first submit a unique key stays taken, also when its task has ended; up to 1e9 s. */
    public Task uniqueWindow(Duration window) {
        return withUnique("window_sec", window.toNanos() / 1e9);
    }

    private Task withUnique(String key, Object value) {
        ObjectNode unique = keys.path("unique") instanceof ObjectNode given ? given.deepCopy() : Json.object();
        unique.set(key, Json.tree(value));
        return with("unique", unique);
    }

    private Task withLength(String key, Duration length) {
        if (length.isZero() || length.isNegative() || length.compareTo(AttemptRules.LONGEST) > 0)
            throw new InvalidTaskException(key, length.toString(), "must be positive and at most 1e9 seconds");
        return with(key, length.toNanos() / 1e9);
    }

    /**
     * Tasks with the same key are run one at a time over all workers and hosts, or as many at once as the settings of their
     * kind say.
     */
    public Task concurrencyKey(String key) {
        return with("concurrency_key", key);
    }

    /**
     * Tasks that must have ended before this one begins. What they came to is in the handler's context.
     *
     * @param tasks ids, or unique names as receipts give them; several tasks that are submitted together may name each
     *     other by id
     */
    public Task dependsOn(String... tasks) {
        return with("depends_on", List.of(tasks));
    }

    /** What becomes of it when one of {@link #dependsOn} is not done in the end; cancelled when not given. */
    public Task onDependencyFailure(DependencyPolicy policy) {
        return with(DependencyPolicy.KEY, policy.word());
    }

    /** The key that handlers use to make their effects happen once; a stable one is made when not given. */
    public Task idempotencyKey(String key) {
        return with("idempotency_key", key);
    }

    /**
     * Any further key of the document.
     *
     * @throws InvalidTaskException naming key, value and what is right, when it is one of ours and cannot hold this
     */
    public Task with(String key, @Nullable Object value) {
        JsonNode tree = treeOf(key, value);
        TaskKeys.objection(key, tree).ifPresent(found -> {
            throw new InvalidTaskException(found.key(), KeyRule.shown(found.value()), found.problem());
        });
        ObjectNode changed = keys.deepCopy();
        changed.set(key, tree);
        return new Task(id, changed);
    }

    private static JsonNode treeOf(String key, @Nullable Object value) {
        try {
            return Json.tree(value);
        } catch (IllegalArgumentException e) {
            String type = value == null ? "null" : value.getClass().getName();
            throw new InvalidTaskException(key, type, String.valueOf(e.getMessage()));
        }
    }
}
