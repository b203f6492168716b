package dev.millrace.rpc.method;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.control.ServiceControl;
import dev.millrace.rpc.RpcCall;
import dev.millrace.rpc.RpcMethod;
import dev.millrace.rpc.RpcParams;
import dev.millrace.time.Time;
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

        /** The same for what wants to know whether its caller is still there. */
        default @Nullable Object run(Surroundings around, RpcParams params, RpcCall call) throws Exception {
            return run(around, params);
        }
    }

    /** What a method does that waits for something to happen. */
    interface PatientBody extends Body {
        @Override
        @Nullable
        Object run(Surroundings around, RpcParams params, RpcCall call) throws Exception;

        @Override
        default @Nullable Object run(Surroundings around, RpcParams params) {
            throw new IllegalStateException("it has to be told who waits");
        }
    }

    /**
     * What a method may use.
     *
     * @param control the verbs
     * @param host the process
     * @param pid its number, asked once: whoever asks for health waits for no disk
     * @param counts of tasks, for those who look often
     */
    record Surroundings(ServiceControl control, DaemonHost host, long pid, KnownCounts counts) {
        Surroundings(ServiceControl control, DaemonHost host) {
            this(control, host, host.pid(), new KnownCounts(Time.system()));
        }
    }

    static MethodSpec of(String name, String does, Shape params, Shape result, Body body) {
        return new MethodSpec(name, does, params.json(), result.json(), RpcMethod.Lane.SLOT, body);
    }

    MethodSpec instant() {
        return new MethodSpec(name, does, params, result, RpcMethod.Lane.INSTANT, body);
    }

    MethodSpec toTheEnd() {
        return new MethodSpec(name, does, params, result, RpcMethod.Lane.TO_THE_END, body);
    }

    static MethodSpec patient(String name, String does, Shape params, Shape result, PatientBody body) {
        return new MethodSpec(name, does, params.json(), result.json(), RpcMethod.Lane.PATIENT, body);
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
