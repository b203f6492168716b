package dev.millrace.rpc.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The methods about services. A service need not be named when there is only one. */
public interface ServiceCalls extends DaemonCaller {
    /** A stop waits for what runs. */
    Duration LONGEST_STOP = Duration.ofHours(1);

    private static ObjectNode about(Optional<String> service, ObjectNode options) {
        return DaemonCaller.about(service).set("options", options);
    }

    /** {@code service.list} */
    default JsonNode listServices() throws DaemonException, InterruptedException {
        return ask("service.list", Map.of());
    }

    /** {@code service.start} with options as docs/reference/settings.md lists them */
    default JsonNode startService(Optional<String> service, ObjectNode options)
            throws DaemonException, InterruptedException {
        return call("service.start", about(service, options));
    }

    /** {@code service.status}; may be carried out twice, which does no harm */
    default JsonNode serviceStatus(Optional<String> service, ObjectNode options)
            throws DaemonException, InterruptedException {
        return ask("service.status", about(service, options));
    }

    /** {@code service.health}; may be carried out twice, which does no harm */
    default JsonNode serviceHealth(Optional<String> service, ObjectNode options)
            throws DaemonException, InterruptedException {
        return ask("service.health", about(service, options));
    }

    /** {@code service.stop}: the call takes longer than other calls may, as it waits for what runs; up to an hour */
    default JsonNode stopService(Optional<String> service, ObjectNode options)
            throws DaemonException, InterruptedException {
        return stopService(service, options, LONGEST_STOP);
    }

    /**
     * {@code service.stop}
     *
     * @param atMost how long the answer may take; may be carried out twice, which does no harm
     */
    default JsonNode stopService(Optional<String> service, ObjectNode options, Duration atMost)
            throws DaemonException, InterruptedException {
        CallOptions patient = CallOptions.defaults().withRepeatable().withDeadline(atMost);
        return call("service.stop", about(service, options), patient);
    }

    /**
     * {@code service.submit} of one task.
     *
     * @param task its document: kind, args, and any key of a task
     */
    default JsonNode submitTask(Optional<String> service, ObjectNode task)
            throws DaemonException, InterruptedException {
        return call("service.submit", DaemonCaller.about(service).set("task", task));
    }

    /**
     * {@code service.submit} of one task, once, however often the call has to be tried.
     *
     * @param task its document: kind, args, and any key of a task
     * @param key the same for the same task, and for no other
     */
    default JsonNode submitTask(Optional<String> service, ObjectNode task, String key)
            throws DaemonException, InterruptedException {
        CallOptions once = CallOptions.defaults().withIdempotencyKey(key);
        return call("service.submit", DaemonCaller.about(service).set("task", task), once);
    }

    /**
     * {@code service.submit} of several tasks.
     *
     * @param group its name and callback, when they are a group
     */
    default JsonNode submitTasks(Optional<String> service, List<ObjectNode> tasks, Optional<ObjectNode> group)
            throws DaemonException, InterruptedException {
        ObjectNode params = DaemonCaller.about(service).set("tasks", Json.tree(tasks));
        group.ifPresent(one -> params.set("group", one));
        return call("service.submit", params);
    }

    /** {@code service.snapshot}; with {@code observe} nothing is mended on the way */
    default JsonNode snapshotService(Optional<String> service, boolean observe)
            throws DaemonException, InterruptedException {
        return call("service.snapshot", DaemonCaller.about(service).put("observe", observe));
    }

    /**
     * {@code service.drain}
     *
     * @param workers these; empty for all
     * @param resume true to let them take work again
     */
    default JsonNode drainService(Optional<String> service, List<String> workers, boolean resume)
            throws DaemonException, InterruptedException {
        ObjectNode params = DaemonCaller.about(service).put("resume", resume);
        if (!workers.isEmpty()) params.set("workers", Json.tree(workers));
        return call("service.drain", params);
    }

    /**
     * {@code service.drain} with a deadline: what has not ended then is given back, and costs no attempt.
     *
     * @param workers these; empty for all
     */
    default JsonNode drainService(Optional<String> service, List<String> workers, Duration deadline)
            throws DaemonException, InterruptedException {
        ObjectNode params = DaemonCaller.about(service).put("deadline_sec", deadline.toMillis() / 1e3);
        if (!workers.isEmpty()) params.set("workers", Json.tree(workers));
        return call("service.drain", params);
    }

    /** {@code service.why}: of a task, or of the tasks of a kind */
    default JsonNode why(Optional<String> service, String subject) throws DaemonException, InterruptedException {
        return ask("service.why", DaemonCaller.about(service).put("subject", subject));
    }
}
