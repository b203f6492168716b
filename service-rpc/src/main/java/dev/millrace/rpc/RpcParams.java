package dev.millrace.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Predicate;

/**
 * The parameters of a call, by name. Every reader answers a parameter of the wrong type with
 * {@link RpcErrorCode#INVALID_PARAMS}, which names it. One that is null counts as absent. Unknown ones are ignored.
 *
 * @param json as they came; an empty object when there were none
 */
public record RpcParams(ObjectNode json) {

    /** Those of a Java object or map. */
    public static RpcParams of(Object value) {
        if (Json.tree(value) instanceof ObjectNode object) return new RpcParams(object);
        throw new IllegalArgumentException("params must be an object");
    }

    /** No parameters. */
    public static RpcParams none() {
        return new RpcParams(Json.object());
    }

    public boolean has(String name) {
        return json.hasNonNull(name);
    }

    private Optional<JsonNode> read(String name, String type, Predicate<JsonNode> fits) throws RpcException {
        JsonNode value = json.get(name);
        if (value == null || value.isNull()) return Optional.empty();
        if (fits.test(value)) return Optional.of(value);
        throw RpcException.invalidParam(name, "'" + name + "' must be " + type);
    }

    private static RpcException missing(String name) {
        return RpcException.invalidParam(name, "'" + name + "' is missing");
    }

    public Optional<String> text(String name) throws RpcException {
        return read(name, "text", JsonNode::isTextual).map(JsonNode::textValue);
    }

    public String requiredText(String name) throws RpcException {
        return text(name).orElseThrow(() -> missing(name));
    }

    public boolean flag(String name, boolean absent) throws RpcException {
        return read(name, "true or false", JsonNode::isBoolean)
                .map(JsonNode::booleanValue)
                .orElse(absent);
    }

    /** A whole number; one that does not fit into 64 bits is refused. */
    public OptionalLong whole(String name) throws RpcException {
        Optional<JsonNode> value =
                read(name, "a whole number", node -> node.isIntegralNumber() && node.canConvertToLong());
        return value.isPresent() ? OptionalLong.of(value.get().longValue()) : OptionalLong.empty();
    }

    /** A whole number within bounds, both included. */
    public long whole(String name, long absent, long least, long most) throws RpcException {
        long value = whole(name).orElse(absent);
        if (value >= least && value <= most) return value;
        throw RpcException.invalidParam(name, "'" + name + "' must be from " + least + " to " + most);
    }

    /** A finite number. */
    public OptionalDouble number(String name) throws RpcException {
        Optional<JsonNode> value =
                read(name, "a finite number", node -> node.isNumber() && Double.isFinite(node.doubleValue()));
        return value.isPresent() ? OptionalDouble.of(value.get().doubleValue()) : OptionalDouble.empty();
    }

    /** A list of texts; empty when absent. */
    public List<String> texts(String name) throws RpcException {
        Optional<JsonNode> list = read(name, "a list of texts", RpcParams::isTexts);
        List<String> texts = new ArrayList<>();
        if (list.isPresent()) for (JsonNode text : list.get()) texts.add(text.textValue());
        return texts;
    }

    private static boolean isTexts(JsonNode node) {
        if (!node.isArray()) return false;
        for (JsonNode one : node) if (!one.isTextual()) return false;
        return true;
    }

    public Optional<ObjectNode> object(String name) throws RpcException {
        return read(name, "an object", JsonNode::isObject).map(ObjectNode.class::cast);
    }

    /** A list of anything. */
    public Optional<JsonNode> list(String name) throws RpcException {
        return read(name, "a list", JsonNode::isArray);
    }
}
