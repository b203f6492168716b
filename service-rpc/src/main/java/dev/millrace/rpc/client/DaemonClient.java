package dev.millrace.rpc.client;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.time.Time;
import java.util.Optional;

/**
 * Calls a daemon. Safe for use by many threads; connections are made when they are needed and kept for the next call.
 *
 * <p>A call has one deadline over all that it does. It is tried a second time only when the first cannot have been
 * carried out (an idle connection was found dead, or the request did not leave as a whole) or when its options say that
 * twice is as good as once. Replies are matched by id, and a connection that says anything unexpected is not used again.
 */
public interface DaemonClient extends DaemonCalls, JobCalls, AutoCloseable {

    static DaemonClient of(DaemonClientOptions options) {
        return of(options, Time.system());
    }

    static DaemonClient of(DaemonClientOptions options, Time time) {
        return new PooledClient(options, time);
    }

    /**
     * Calls a method and waits for its result, which is JSON's null when there is none.
     *
     * @param params what becomes a JSON object: a map, a record, a tree
     */
    JsonNode call(String method, Object params, CallOptions options) throws DaemonException, InterruptedException;

    @Override
    default JsonNode call(String method, Object params) throws DaemonException, InterruptedException {
        return call(method, params, CallOptions.defaults());
    }

    @Override
    default JsonNode ask(String method, Object params) throws DaemonException, InterruptedException {
        return call(method, params, CallOptions.defaults().withRepeatable());
    }

    /**
     * Opens a stream, and waits until the daemon says that it is open.
     *
     * @throws ErrorReplyException when it is not opened
     */
    DaemonStream stream(String method, Object params) throws DaemonException, InterruptedException;

    /**
     * Says within two seconds whether a daemon answers. No socket, one that nobody listens on, and a daemon that hangs
     * all mean no. Takes a connection of its own, so that a full pool does not matter.
     */
    boolean isRunning();

    /**
     * Calls a method if a daemon answers; empty: none does, and nothing was called. Once one has answered, whatever goes
     * wrong is thrown: a daemon that is busy is not taken for one that does not run.
     */
    default Optional<JsonNode> callIfRunning(String method, Object params, CallOptions options)
            throws DaemonException, InterruptedException {
        return isRunning() ? Optional.of(call(method, params, options)) : Optional.empty();
    }

    /** Closes idle connections now and busy ones when they come back. The next call begins anew. */
    @Override
    void close();
}
