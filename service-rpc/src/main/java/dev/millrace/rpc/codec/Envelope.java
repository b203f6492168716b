package dev.millrace.rpc.codec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.rpc.RpcErrorCode;
import dev.millrace.rpc.RpcException;
import dev.millrace.rpc.RpcParams;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** The rules of JSON-RPC 2.0 for requests. {@code jsonrpc} may be left out, parameters go by name, unknown members are ignored. */
final class Envelope {
    private static final int LONGEST_ID = 256;

    private Envelope() {}

    static Incoming read(ByteBuffer line, int batchLimit) {
        try {
            ByteBuffer text = WireJson.text(line);
            if (WireJson.isListOfMoreThan(text, batchLimit))
                throw invalid("batch_too_large", "a batch may hold " + batchLimit + " requests");
            JsonNode message = WireJson.parse(text);
            return message.isArray() ? batch(message) : single(message);
        } catch (RpcException e) {
            return new Incoming.Invalid(NullNode.instance, e);
        }
    }

    private static Incoming batch(JsonNode messages) throws RpcException {
        if (messages.isEmpty()) throw invalid("empty_batch", "a batch needs at least one request");
        List<Incoming> items = new ArrayList<>(messages.size());
        for (JsonNode message : messages) items.add(single(message));
        return new Incoming.Batch(items);
    }

    private static Incoming single(JsonNode message) {
        JsonNode id = message.path("id");
        JsonNode echoed = isId(id) ? id : NullNode.instance;
        try {
            return new Incoming.Call(request(message, id));
        } catch (RpcException e) {
            return new Incoming.Invalid(echoed, e);
        }
    }

    private static boolean isId(JsonNode id) {
        return id.isNull()
                || id.isIntegralNumber()
                || (id.isTextual() && id.textValue().length() <= LONGEST_ID);
    }

    private static Request request(JsonNode message, JsonNode id) throws RpcException {
        if (!message.isObject()) throw invalid("not_an_object", "a request is a JSON object");
        if (!id.isMissingNode() && !isId(id))
            throw invalid(
                    "bad_id", "'id' must be a whole number, null, or text of at most " + LONGEST_ID + " characters");
        JsonNode version = message.path("jsonrpc");
        if (!version.isMissingNode() && !"2.0".equals(version.textValue()))
            throw invalid("bad_version", "'jsonrpc' must be \"2.0\"");
        JsonNode method = message.path("method");
        if (!method.isTextual()) throw invalid("bad_method", "'method' must be text");
        return new Request(method.textValue(), params(message.path("params")), id.isMissingNode() ? null : id);
    }

    private static RpcParams params(JsonNode params) throws RpcException {
        if (params instanceof ObjectNode object) return new RpcParams(object);
        if (params.isMissingNode() || params.isNull()) return new RpcParams(Json.object());
        throw invalid("params_not_an_object", "'params' must be an object: parameters go by name");
    }

    private static RpcException invalid(String reason, String message) {
        return RpcException.of(RpcErrorCode.INVALID_REQUEST, reason, message);
    }
}
