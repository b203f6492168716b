package dev.millrace.rpc;

import org.jspecify.annotations.Nullable;

/** A method with one answer. It may be called by many threads at once. */
public non-sealed interface RpcMethod extends RpcHandler {

    /** Where a method runs. */
    enum Lane {
        /** In one of the request slots: it may read files and wait. When all slots are taken, it waits for one. */
        SLOT,
        /**
         * In slots of their own, so that it is answered while all request slots are taken, and also while the server
         * closes, when others are refused: for what ends it, and tells how the end goes. It should take no longer than a
         * moment.
         */
        TO_THE_END,
        /**
         * In slots of its own, as many again for each such method: for what waits minutes for something to happen, and
         * no other request may wait for that. It should end when its caller has gone, see {@link RpcCall#isAbandoned}.
         */
        PATIENT,
        /**
         * At once, on the thread that serves all connections: for what answers from memory within microseconds, such as
         * {@code daemon.health}. It is answered when all slots, and all connections, are taken. It must not wait for
         * anything, not for a lock that is held long, and must not touch a file.
         */
        INSTANT
    }

    default Lane lane() {
        return Lane.SLOT;
    }

    /**
     * Does it, and says what came of it.
     *
     * @return the result: whatever {@link dev.millrace.json.Json} writes (tree, record, map, list, text, number); null
     *     becomes {@code "result":null}
     * @throws RpcException the error to answer with
     * @throws Exception answered as {@link RpcErrorCode#INTERNAL_ERROR}, and told to the server's events
     */
    @Nullable
    Object call(RpcParams params, RpcCall call) throws Exception;

    /** The body of a method. */
    @FunctionalInterface
    interface Body {
        @Nullable
        Object call(RpcParams params, RpcCall call) throws Exception;
    }

    /** A method that runs in a request slot. */
    static RpcMethod of(String name, Body body) {
        return new NamedMethod(name, Lane.SLOT, body);
    }

    /** A method that is answered while the server closes, too, see {@link Lane#TO_THE_END}. */
    static RpcMethod toTheEnd(String name, Body body) {
        return new NamedMethod(name, Lane.TO_THE_END, body);
    }

    /** A method that waits for something to happen, see {@link Lane#PATIENT}. */
    static RpcMethod patient(String name, Body body) {
        return new NamedMethod(name, Lane.PATIENT, body);
    }

    /** A method that is answered at once and always, see {@link Lane#INSTANT}. */
    static RpcMethod instant(String name, Body body) {
        return new NamedMethod(name, Lane.INSTANT, body);
    }
}
