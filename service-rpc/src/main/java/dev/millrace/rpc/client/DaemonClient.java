package dev.millrace.rpc.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.time.Time;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Calls a daemon. Safe for use by many threads; connections are made when they are needed and kept for the next call.
 *
 * <p>A call has one deadline over all that it does. It is tried a second time only when the first cannot have been
 * carried out (an idle connection was found dead, or the request did not leave as a whole) or when its options say that
 * twice is as good as once. Replies are matched by id, and a connection that says anything unexpected is not used again.
 */
public interface DaemonClient extends DaemonCalls, JobCalls, ServiceCalls, TaskCalls, AutoCloseable {

    static DaemonClient of(DaemonClientOptions options) {
        return of(options, Time.system());
    }

    static DaemonClient of(DaemonClientOptions options, Time time) {
        return new PooledClient(options, time);
    }

    /**
     * Opens a stream, and waits until the daemon says that it is open.
     *
     * @throws ErrorReplyException when it is not opened
     */
    DaemonStream stream(String method, Object params) throws DaemonException, InterruptedException;

    /**
     * {@code daemon.monitor.stream}: events as they happen.
     *
     * @param since begins with those behind this version; empty: with the next one
     * @param types only those whose type begins with one of these; empty for all
     * @param jobs only of these jobs; empty for all
     */
    default DaemonStream monitor(OptionalLong since, List<String> types, List<String> jobs)
            throws DaemonException, InterruptedException {
        ObjectNode params = Json.object();
        since.ifPresent(version -> params.put("since", version));
        params.set("types", Json.tree(types));
        params.set("job_ids", Json.tree(jobs));
        return stream("daemon.monitor.stream", params);
    }

    /** {@code daemon.top.stream}: a snapshot now, and another one each time that this has passed. */
    default DaemonStream topStream(Duration interval) throws DaemonException, InterruptedException {
        return stream("daemon.top.stream", Map.of("interval_sec", interval.toMillis() / 1e3));
    }

    /**
     * Asks for {@code daemon.health}, and has the answer within two seconds. No socket, one that nobody listens on, and a
     * daemon that hangs are all empty. Takes a connection of its own, so that a full pool does not matter.
     */
    Optional<JsonNode> probe();

    /** Says within two seconds whether a daemon answers, see {@link #probe}. */
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
