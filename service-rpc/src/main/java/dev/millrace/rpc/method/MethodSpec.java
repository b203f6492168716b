package dev.millrace.rpc.method;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.control.ServiceControl;
import dev.millrace.rpc.RpcMethod;
import dev.millrace.rpc.RpcParams;
import org.jspecify.annotations.Nullable;

/**
 * One row of the table.
 *
 * @param name what callers write
 * @param does one sentence
 * @param params the JSON Schema of its parameters
 * @param result that of its result; of its notifications' params for a stream
 * @param lane where it runs
 * @param body what it does; empty for a stream, which has a body of its own
 */
record MethodSpec(
        String name,
        String does,
        ObjectNode params,
        ObjectNode result,
        RpcMethod.Lane lane,
        @Nullable Body body) {

    /** By this parameter a method knows the same call again. */
    static final String KEY = "idempotency_key";

    /** What a method does. */
    interface Body {
        @Nullable
        Object run(Surroundings around, RpcParams params) throws Exception;
    }

    /**
     * What a method may use.
     *
     * @param control the verbs
     * @param host the process
     */
    record Surroundings(ServiceControl control, DaemonHost host) {}

    static MethodSpec of(String name, String does, Shape params, Shape result, Body body) {
        return new MethodSpec(name, does, params.json(), result.json(), RpcMethod.Lane.SLOT, body);
    }

    MethodSpec instant() {
        return new MethodSpec(name, does, params, result, RpcMethod.Lane.INSTANT, body);
    }

    MethodSpec answering(ObjectNode otherResult) {
        return new MethodSpec(name, does, params, otherResult, lane, body);
    }

    /** True when it does nothing the second time that it gets a key. */
    boolean knowsKeys() {
        return params.path("properties").has(KEY);
    }

    boolean isStream() {
        return body == null;
    }
}
