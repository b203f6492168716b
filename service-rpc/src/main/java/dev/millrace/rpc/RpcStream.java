package dev.millrace.rpc;

/**
 * A method that sends notifications until it ends with one last answer. A stream holds no request slot and no thread;
 * only {@link #open} runs in a slot.
 *
 * <p>What the caller sees, all on its connection: {@code stream.opened} (the acknowledgement), then the notifications
 * that the stream sends, {@code stream.dropped} where some are missing because the caller reads too slowly,
 * {@code stream.heartbeat} when nothing else was sent for a while, and at last the reply with the id of the request. The
 * caller ends it with {@code stream.close}, or by going away.
 */
public non-sealed interface RpcStream extends RpcHandler {

    /**
     * Begins to send. The sink may be used by any thread at once, before this returns too.
     *
     * @return what is to be done when the stream has ended, for whatever reason; done exactly once
     * @throws RpcException the error to answer with; nothing was opened then
     */
    RpcSubscription open(RpcParams params, RpcCall call, RpcSink sink) throws Exception;

    /** The body of a stream. */
    @FunctionalInterface
    interface Body {
        RpcSubscription open(RpcParams params, RpcCall call, RpcSink sink) throws Exception;
    }

    /** A stream made of its parts. */
    static RpcStream of(String name, Body body) {
        return new NamedStream(name, body);
    }
}
