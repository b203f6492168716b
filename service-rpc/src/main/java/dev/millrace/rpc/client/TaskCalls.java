package dev.millrace.rpc.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.control.TaskSelection;
import dev.millrace.json.Json;
import dev.millrace.task.TaskState;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The methods about tasks. A service need not be named when there is only one; a task is named by id or unique name. */
public interface TaskCalls extends DaemonCaller {

    private static ObjectNode one(Optional<String> service, String id) {
        return DaemonCaller.about(service).put("id", id);
    }

    private static ObjectNode kind(Optional<String> service, Optional<String> kind) {
        ObjectNode params = DaemonCaller.about(service);
        return kind.isPresent() ? params.put("kind", kind.get()) : params.put("all", true);
    }

    private static ObjectNode filter(Optional<String> service, Set<TaskState> states, String kind, String matching) {
        ObjectNode params = DaemonCaller.about(service);
        if (!states.isEmpty())
            params.set("states", Json.tree(states.stream().map(TaskState::word).toList()));
        if (!kind.isEmpty()) params.put("kind", kind);
        return matching.isEmpty() ? params : params.put("matching", matching);
    }

    private static ObjectNode those(Optional<String> service, TaskSelection some) {
        ObjectNode params = filter(service, some.states(), some.kind(), some.matching());
        if (!some.ids().isEmpty()) params.set("ids", Json.tree(some.ids()));
        some.olderThanSec().ifPresent(age -> params.put("older_than_sec", age));
        return params.put("limit", some.limit()).put("dry_run", some.dryRun());
    }

    /**
     * {@code task.list}, the newest first.
     *
     * @param states in these states; empty for all
     * @param kind of this kind; empty for all
     * @param matching whose id contains this; empty for all
     * @param limit at most so many
     */
    default JsonNode listTasks(Optional<String> service, Set<TaskState> states, String kind, String matching, int limit)
            throws DaemonException, InterruptedException {
        return listTasks(service, states, kind, matching, 0, limit);
    }

    /**
     * {@code task.list}, the newest first, behind the first ones.
     *
     * @param offset leaves out the first so many
     */
    default JsonNode listTasks(
            Optional<String> service, Set<TaskState> states, String kind, String matching, int offset, int limit)
            throws DaemonException, InterruptedException {
        ObjectNode params = filter(service, states, kind, matching);
        return ask("task.list", params.put("offset", offset).put("limit", limit));
    }

    /** {@code task.show} */
    default JsonNode showTask(Optional<String> service, String id) throws DaemonException, InterruptedException {
        return ask("task.show", one(service, id));
    }

    /**
     * {@code task.await}: the call takes longer than other calls may.
     *
     * @param atMost how long, all together; up to five minutes
     */
    default JsonNode awaitTasks(Optional<String> service, List<String> ids, Duration atMost)
            throws DaemonException, InterruptedException {
        ObjectNode params = DaemonCaller.about(service).put("timeout_sec", atMost.toMillis() / 1e3);
        params.set("ids", Json.tree(ids));
        Duration deadline = atMost.plusSeconds(10);
        return call(
                "task.await", params, CallOptions.defaults().withRepeatable().withDeadline(deadline));
    }

    /** {@code task.cancel}; the reason stands in their documents */
    default JsonNode cancelTasks(Optional<String> service, TaskSelection some, String reason)
            throws DaemonException, InterruptedException {
        return call("task.cancel", those(service, some).put("reason", reason));
    }

    /** {@code task.retry} */
    default JsonNode retryTasks(Optional<String> service, TaskSelection some)
            throws DaemonException, InterruptedException {
        return call("task.retry", those(service, some));
    }

    /** {@code task.requeue} */
    default JsonNode requeueTasks(Optional<String> service, TaskSelection some)
            throws DaemonException, InterruptedException {
        return call("task.requeue", those(service, some));
    }

    /** {@code task.discard} */
    default JsonNode discardTasks(Optional<String> service, TaskSelection some)
            throws DaemonException, InterruptedException {
        return call("task.discard", those(service, some));
    }

    /** {@code task.pause} of a kind; empty for all tasks */
    default JsonNode pauseTasks(Optional<String> service, Optional<String> kind, String reason)
            throws DaemonException, InterruptedException {
        return call("task.pause", kind(service, kind).put("reason", reason));
    }

    /** {@code task.resume} of a kind; empty for the pause of all tasks */
    default JsonNode resumeTasks(Optional<String> service, Optional<String> kind)
            throws DaemonException, InterruptedException {
        return call("task.resume", kind(service, kind));
    }

    /** {@code task.pauses} */
    default JsonNode pausedTasks(Optional<String> service) throws DaemonException, InterruptedException {
        return ask("task.pauses", DaemonCaller.about(service));
    }

    /** {@code task.logs}: the last lines */
    default JsonNode taskLogs(Optional<String> service, String id, int lines)
            throws DaemonException, InterruptedException {
        return ask("task.logs", one(service, id).put("lines", lines));
    }

    /** {@code task.progress} */
    default JsonNode taskProgress(Optional<String> service, String id) throws DaemonException, InterruptedException {
        return ask("task.progress", one(service, id));
    }
}
