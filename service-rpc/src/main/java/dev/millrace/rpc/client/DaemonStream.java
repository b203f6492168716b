package dev.millrace.rpc.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;

/** An open stream, on a connection of its own. One thread reads; any may close. */
public interface DaemonStream extends AutoCloseable {

    /**
     * What the daemon said when it opened the stream: {@code id}, {@code method}, {@code heartbeat_sec} and more, see
     * docs/reference/rpc.md. That of {@code daemon.monitor.stream} has the {@code server_id} for which versions count:
     * with another one than before, what was missed must be read from the beginning.
     *
     * @return an object; without members when the daemon acknowledges nothing
     */
    JsonNode opening();

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
