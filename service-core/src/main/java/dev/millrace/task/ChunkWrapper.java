package dev.millrace.task;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import org.jspecify.annotations.Nullable;

/**
 * AGILAB's wrapper around one worker's share of a plan: {@code {"__agi_worker_chunk__": true, "chunk": ...,
 * "total_workers": n, "worker_idx": i}}.
 */
public interface ChunkWrapper {
    /** The key that marks a wrapper. */
    String MARKER = "__agi_worker_chunk__";

    /** The most elements a wrapper may expand to; more is refused, since a small file could otherwise fill the memory. */
    int MAX_WORKERS = 100_000;

    /** Wraps the share with number {@code index} of {@code total}. */
    static ObjectNode wrap(JsonNode chunk, int index, int total) {
        ObjectNode wrapper = Json.object();
        wrapper.put(MARKER, true);
        wrapper.set("chunk", chunk);
        wrapper.put("total_workers", total);
        wrapper.put("worker_idx", index);
        return wrapper;
    }

    /** True when a value is a wrapper. */
    static boolean isWrapper(JsonNode value) {
        return value.isObject() && isTruthy(value.get(MARKER));
    }

    /**
     * What the handler sees: a wrapper becomes a list as long as the plan, with the share at its place and empty values
     * elsewhere; an absent value becomes an empty list; anything else stays as it is.
     *
     * @throws IllegalArgumentException when the wrapper's index is not a whole number, negative, or beyond its total
     */
    static JsonNode expand(JsonNode value) {
        if (value.isMissingNode()) return JsonNodeFactory.instance.arrayNode();
        if (!isWrapper(value)) return value;
        int index = indexOf(value);
        int total = value.path("total_workers").canConvertToInt()
                        && value.path("total_workers").isIntegralNumber()
                ? value.path("total_workers").intValue()
                : 0;
        if (total > 0 && index >= total)
            throw new IllegalArgumentException("worker_idx " + index + " is not below total_workers " + total);
        return placed(chunkOf(value), index, Math.max(total, index + 1L));
    }

    /** The share itself: the wrapper's chunk, or the value when it is none. */
    static JsonNode chunkOf(JsonNode value) {
        if (!isWrapper(value)) return value;
        JsonNode chunk = value.get("chunk");
        return chunk == null ? NullNode.getInstance() : chunk;
    }

    private static int indexOf(JsonNode wrapper) {
        JsonNode index = wrapper.path("worker_idx");
        if (!index.isIntegralNumber() || !index.canConvertToInt() || index.intValue() < 0)
            throw new IllegalArgumentException("worker_idx " + index + " is not a whole number from 0 up");
        return index.intValue();
    }

    private static ArrayNode placed(JsonNode chunk, int index, long length) {
        if (length > MAX_WORKERS)
            throw new IllegalArgumentException("a plan for " + length + " workers; at most " + MAX_WORKERS);
        ArrayNode list = JsonNodeFactory.instance.arrayNode((int) length);
        for (int i = 0; i < length; i++) list.add(i == index ? chunk : placeholderFor(chunk));
        return list;
    }

    private static JsonNode placeholderFor(JsonNode chunk) {
        if (chunk.isArray()) return JsonNodeFactory.instance.arrayNode();
        return chunk.isObject() ? Json.object() : NullNode.getInstance();
    }

    private static boolean isTruthy(@Nullable JsonNode value) {
        if (value == null || value.isNull()) return false;
        if (value.isBoolean()) return value.booleanValue();
        if (value.isNumber()) return value.doubleValue() != 0;
        return value.isTextual() ? !value.textValue().isEmpty() : !value.isEmpty();
    }
}
