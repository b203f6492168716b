package dev.millrace.rpc.codec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.millrace.json.Json;
import dev.millrace.rpc.RpcException;
import java.nio.ByteBuffer;

/** What a line of a server turned out to be. */
public sealed interface Reply {

    /** The answer to a request. An absent result is JSON's null. */
    record Result(JsonNode id, JsonNode result) implements Reply {}

    /**
     * The answer that it failed.
     *
     * @param code -32603 when the server did not say
     * @param data JSON's null when the server did not say
     */
    record Failure(JsonNode id, int code, String message, JsonNode data) implements Reply {}

    /** Something that nobody asked for: an event of a stream. Absent params are an empty object. */
    record Notification(String method, JsonNode params) implements Reply {}

    /** Nothing that JSON-RPC knows. The connection cannot be trusted any more. */
    record Garbage(String why) implements Reply {}

    static Reply decode(ByteBuffer line) {
        try {
            return of(WireJson.parse(line));
        } catch (RpcException e) {
            return new Garbage(String.valueOf(e.getMessage()));
        }
    }

    private static Reply of(JsonNode message) {
        if (!message.isObject()) return new Garbage("the reply is not an object");
        JsonNode id = message.get("id");
        JsonNode error = message.path("error");
        if (id == null && message.path("method").isTextual())
            return new Notification(
                    message.path("method").textValue(),
                    message.path("params").isObject() ? message.path("params") : Json.object());
        if (id == null) return new Garbage("the reply has no id");
        if (error.isObject())
            return new Failure(
                    id,
                    error.path("code").asInt(-32603),
                    error.path("message").asText("Unknown error"),
                    error.path("data").isMissingNode() ? NullNode.instance : error.path("data"));
        JsonNode result = message.path("result");
        return new Result(id, result.isMissingNode() ? NullNode.instance : result);
    }
}
