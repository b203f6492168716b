package dev.millrace.rpc.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import java.util.Optional;

/** Calls methods by name; the interfaces that extend it have one for each name. */
public interface DaemonCaller {

    /**
     * Calls a method and waits for its result, which is JSON's null when there is none.
     *
     * @param params what becomes a JSON object: a map, a record, a tree
     */
    JsonNode call(String method, Object params, CallOptions options) throws DaemonException, InterruptedException;

    /** Calls a method that changes something. */
    default JsonNode call(String method, Object params) throws DaemonException, InterruptedException {
        return call(method, params, CallOptions.defaults());
    }

    /** Calls a method that only looks; it may be tried twice. */
    default JsonNode ask(String method, Object params) throws DaemonException, InterruptedException {
        return call(method, params, CallOptions.defaults().withRepeatable());
    }

    /** Parameters of a call about a service; when none is named, there must be only one. */
    static ObjectNode about(Optional<String> service) {
        ObjectNode params = Json.object();
        service.ifPresent(name -> params.put("service", name));
        return params;
    }
}
