package dev.millrace.rpc.codec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.rpc.RpcErrorCode;
import dev.millrace.rpc.RpcException;
import java.io.ByteArrayOutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Messages as lines, with their newline. */
public interface Outgoing {

    /**
     * A reply with a result.
     *
     * @param limit the most bytes
     * @throws RpcException when the result is longer, or is nothing that JSON can say; nothing of it is kept
     */
    static byte[] result(JsonNode id, @Nullable Object result, int limit) throws RpcException {
        return BoundedWriter.write(limit, out -> {
            out.writeStartObject();
            out.writeStringField("jsonrpc", "2.0");
            out.writeFieldName("result");
            Json.MAPPER.writeValue(out, result);
            out.writeFieldName("id");
            out.writeTree(id);
            out.writeEndObject();
        });
    }

    /** A reply with an error. It always has {@code data}, and in it a {@code reason}. */
    static byte[] error(JsonNode id, RpcException error) {
        ObjectNode reply = Json.object().put("jsonrpc", "2.0");
        ObjectNode body = reply.putObject("error");
        body.put("code", error.code().number());
        body.put("message", error.getMessage());
        body.set("data", error.data());
        reply.set("id", id);
        return line(reply);
    }

    /** A request; one without an id is a notification. */
    static byte[] request(@Nullable JsonNode id, String method, JsonNode params) {
        ObjectNode request = Json.object().put("jsonrpc", "2.0").put("method", method);
        request.set("params", params);
        if (id != null) request.set("id", id);
        return line(request);
    }

    /**
     * The replies of a batch, each a line, as one line.
     *
     * @throws RpcException when it were longer than the limit
     */
    static byte[] batch(List<byte[]> replies, int limit) throws RpcException {
        long size = 2;
        for (byte[] reply : replies) size += reply.length;
        if (size > limit) throw tooLong(limit);
        ByteArrayOutputStream out = new ByteArrayOutputStream((int) size);
        char before = '[';
        for (byte[] reply : replies) {
            out.write(before);
            out.write(reply, 0, reply.length - 1);
            before = ',';
        }
        out.write(']');
        out.write('\n');
        return out.toByteArray();
    }

    private static byte[] line(JsonNode message) {
        byte[] document = Json.bytes(message);
        byte[] line = java.util.Arrays.copyOf(document, document.length + 1);
        line[document.length] = '\n';
        return line;
    }

    /** The error for an answer that does not fit into a message. */
    static RpcException tooLong(int limit) {
        return RpcException.of(
                        RpcErrorCode.RESOURCE_EXHAUSTED,
                        "reply_too_long",
                        "the answer is longer than the " + limit + " bytes of a message; ask for less")
                .with("limit", limit);
    }
}
