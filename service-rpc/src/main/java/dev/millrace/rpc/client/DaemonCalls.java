package dev.millrace.rpc.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import java.util.Map;
import java.util.Optional;

/** The methods about the daemon itself. */
public interface DaemonCalls extends DaemonCaller {

    /** {@code daemon.health} */
    default JsonNode health() throws DaemonException, InterruptedException {
        return ask("daemon.health", Map.of());
    }

    /** {@code daemon.ready} */
    default JsonNode readiness() throws DaemonException, InterruptedException {
        return ask("daemon.ready", Map.of());
    }

    /** {@code daemon.status} */
    default JsonNode status() throws DaemonException, InterruptedException {
        return ask("daemon.status", Map.of());
    }

    /** {@code daemon.config} */
    default JsonNode config() throws DaemonException, InterruptedException {
        return ask("daemon.config", Map.of());
    }

    /** {@code daemon.reload} */
    default JsonNode reload() throws DaemonException, InterruptedException {
        return call("daemon.reload", Map.of());
    }

    /** {@code daemon.shutdown} */
    default JsonNode shutdown(boolean graceful) throws DaemonException, InterruptedException {
        return call("daemon.shutdown", Map.of("graceful", graceful));
    }

    /** {@code daemon.rate_limits} */
    default JsonNode rateLimits() throws DaemonException, InterruptedException {
        return ask("daemon.rate_limits", Map.of());
    }

    /** {@code daemon.clear_rate_limits} of one lane, or of all */
    default JsonNode clearRateLimits(Optional<String> lane) throws DaemonException, InterruptedException {
        ObjectNode params = Json.object();
        lane.ifPresent(name -> params.put("instrument", name));
        return call("daemon.clear_rate_limits", params);
    }

    /** {@code daemon.learning.patterns} */
    default JsonNode learningPatterns(int limit) throws DaemonException, InterruptedException {
        return ask("daemon.learning.patterns", Map.of("limit", limit));
    }

    /** {@code daemon.top} */
    default JsonNode top() throws DaemonException, InterruptedException {
        return ask("daemon.top", Map.of());
    }

    /** {@code daemon.events}: the last ones */
    default JsonNode events(int limit) throws DaemonException, InterruptedException {
        return ask("daemon.events", Map.of("limit", limit));
    }

    /** {@code daemon.events} behind a version, which the last answer named; says whether some are missing */
    default JsonNode eventsSince(long version, int limit) throws DaemonException, InterruptedException {
        return ask("daemon.events", Map.of("since", version, "limit", limit));
    }

    /** {@code daemon.observer_events} of one job, or of all */
    default JsonNode observerEvents(Optional<String> job, int limit) throws DaemonException, InterruptedException {
        return observerEvents(Optional.empty(), job, limit);
    }

    /** {@code daemon.observer_events} of one job of a service */
    default JsonNode observerEvents(Optional<String> service, Optional<String> job, int limit)
            throws DaemonException, InterruptedException {
        ObjectNode params = Json.object().put("limit", limit);
        service.ifPresent(name -> params.put("service", name));
        job.ifPresent(id -> params.put("job_id", id));
        return ask("daemon.observer_events", params);
    }
}
