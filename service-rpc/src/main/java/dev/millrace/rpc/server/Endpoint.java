package dev.millrace.rpc.server;

import dev.millrace.rpc.RpcCall;
import dev.millrace.rpc.RpcException;
import dev.millrace.rpc.RpcParams;
import dev.millrace.rpc.RpcSink;
import dev.millrace.rpc.RpcSubscription;
import org.jspecify.annotations.Nullable;

/** What a connection talks to: two operations, and nothing of how bytes travel. */
interface Endpoint {

    /** Carries a request out. It is answered once, by any thread, perhaps before this returns. */
    void request(RpcCall call, RpcParams params, Answer answer);

    /** Carries a notification out. Whatever comes of it is dropped, but that it is over is said once, as above. */
    void notify(RpcCall call, RpcParams params, Runnable over);

    /** Takes the one answer to a request. */
    interface Answer {
        void result(@Nullable Object result);

        void error(RpcException error);

        /**
         * Instead of an answer, for now: a stream, whose end is the answer.
         *
         * @throws RpcException when no stream can be opened here and now
         */
        Opening stream() throws RpcException;
    }

    /** A stream that is being opened; it ends with one of the two methods. */
    interface Opening {
        RpcSink sink();

        /** It is open; the caller is told. */
        void opened(RpcSubscription subscription);

        /** It could not be opened. */
        void refused(RpcException error);
    }
}
