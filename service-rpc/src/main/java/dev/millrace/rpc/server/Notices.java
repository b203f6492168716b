package dev.millrace.rpc.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.rpc.RpcNotification;

/** What the server itself says about a stream. */
final class Notices {
    private Notices() {}

    /** The acknowledgement: the stream is open, and this is how it behaves. */
    static byte[] opened(StreamSession session, String method, RpcLimits limits) {
        ObjectNode params = about(session.id());
        params.setAll(session.opening());
        params.put("method", method);
        params.put("heartbeat_sec", limits.heartbeat().toMillis() / 1e3);
        params.put("buffer", limits.streamEvents());
        params.put("when_full", "drop_oldest");
        return RpcNotification.of("stream.opened", params).line();
    }

    /** Something is missing here. */
    static byte[] dropped(JsonNode id, long missed, long total) {
        ObjectNode params = about(id).put("dropped", missed).put("dropped_total", total);
        return RpcNotification.of("stream.dropped", params).line();
    }

    /** The stream lives. */
    static byte[] heartbeat(JsonNode id, long sent, long dropped) {
        ObjectNode params = about(id).put("sent", sent).put("dropped", dropped);
        return RpcNotification.of("stream.heartbeat", params).line();
    }

    private static ObjectNode about(JsonNode id) {
        ObjectNode params = Json.object();
        params.set("id", id);
        return params;
    }
}
