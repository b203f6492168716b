package dev.millrace.rpc.client;

import java.time.Duration;

/** An open stream, on a connection of its own. One thread reads; any may close. */
public interface DaemonStream extends AutoCloseable {

    /**
     * Waits for what comes next. After the end it is always the end.
     *
     * @throws DaemonTimeoutException when nothing came in time; the stream goes on
     * @throws ErrorReplyException when the stream ended with an error
     * @throws DaemonNotRunningException when the daemon went away without an end, or the stream was closed here
     */
    StreamItem next(Duration atMost) throws DaemonException, InterruptedException;

    /** Goes away; the daemon notices at once. */
    @Override
    void close();
}
