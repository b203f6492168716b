package dev.millrace.rpc;

import org.jspecify.annotations.Nullable;

/** Where a stream puts what it has to say. All methods return at once and may be called by any thread. */
public interface RpcSink {

    /**
     * Sends a notification, in the order of the calls. When the reader is too slow and the buffer is full, the oldest
     * that still waits is dropped, and the reader is told how many were.
     *
     * @return false when the stream has ended, and there is nobody to send to
     */
    boolean send(RpcNotification notification);

    /** Ends the stream with a result, after what waits has been sent. */
    void end(@Nullable Object result);

    /** Ends the stream with an error, after what waits has been sent. */
    void fail(RpcException error);

    /** False when the stream has ended. */
    boolean isOpen();
}
