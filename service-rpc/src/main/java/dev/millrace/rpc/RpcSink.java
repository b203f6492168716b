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

    /**
     * The same when there is room for it: nothing is dropped for it.
     *
     * @return false when there is none, see {@link #whenTaken}, or when the stream has ended
     */
    boolean offer(RpcNotification notification);

    /**
     * Carries it out once, when the reader has been sent all that waits and takes more. It is not carried out when the stream
     * ends before. It must not take long; what it throws ends the stream.
     */
    void whenTaken(Runnable work);

    /** Ends the stream with a result, after what waits has been sent. */
    void end(@Nullable Object result);

    /** Ends the stream with an error, after what waits has been sent. */
    void fail(RpcException error);

    /** False when the stream has ended. */
    boolean isOpen();
}
