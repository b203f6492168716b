package dev.millrace.rpc;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;

/** A notification, written once however many streams send it. */
public interface RpcNotification {

    /** The bytes of its line, with the newline at the end. Not to be changed. */
    byte[] line();

    /**
     * Writes it.
     *
     * @param params anything that {@link Json} writes as an object
     */
    static RpcNotification of(String method, Object params) {
        ObjectNode message = Json.object();
        message.put("jsonrpc", "2.0");
        message.put("method", method);
        message.set("params", Json.tree(params));
        return new WrittenNotification(message);
    }
}
