package dev.millrace.health;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.health.HealthReport.Cleanup;
import dev.millrace.health.HealthReport.Surroundings;
import dev.millrace.health.HealthReport.Workers;
import dev.millrace.json.Json;
import dev.millrace.json.MalformedJsonException;
import dev.millrace.queue.QueueCounts;
import dev.millrace.task.TaskState;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The document {@value HealthReport#SCHEMA}, both ways.
 *
 * <p>A document says some things twice: names in a list, their number, and {@code healthy} in each row. We derive all of
 * them from the rows and lists of one report, so ours always agree. Reading a stranger's, a worker that stands only in
 * {@code workers_healthy} or {@code workers_unhealthy} gets a bare row, so that nobody ill is overlooked, and a number
 * that is not the length of its list is refused: a gate must not pass on half of a contradiction.
 */
final class HealthDocument {
    private HealthDocument() {}

    static ObjectNode write(HealthReport report) {
        Workers workers = report.workers();
        ObjectNode json = Json.object();
        json.put("schema", HealthReport.SCHEMA);
        Figures.put(json, "timestamp", report.timestamp());
        json.put("app", report.app());
        json.put("target", report.target());
        json.put("status", report.status());
        Map<String, List<String>> lists = lists(workers);
        lists.forEach((key, names) -> json.set(key, Json.tree(names)));
        lists.forEach((key, names) -> json.put(key + "_count", names.size()));
        json.set("queue", queueJson(report.queue()));
        if (!workers.restartReasons().isEmpty()) json.set("restart_reasons", Json.tree(workers.restartReasons()));
        putSurroundings(json, report.surroundings());
        if (!workers.rows().isEmpty()) putRows(json.putArray("worker_health"), workers.rows());
        report.measures().putInto(json);
        report.surroundings().path().ifPresent(path -> json.put("path", path));
        return json;
    }

    private static Map<String, List<String>> lists(Workers workers) {
        Map<String, List<String>> lists = new LinkedHashMap<>();
        lists.put("workers_running", workers.running());
        lists.put("workers_pending", workers.pending());
        lists.put("workers_restarted", workers.restarted());
        lists.put("workers_healthy", workers.healthy());
        lists.put("workers_unhealthy", workers.unhealthy());
        return lists;
    }

    /** AGILAB's four counts first, then ours. */
    private static ObjectNode queueJson(Optional<QueueCounts> counted) {
        ObjectNode json = Json.object();
        counted.ifPresent(counts -> {
            for (TaskState state : QUEUE_ORDER) json.put(state.word(), counts.of(state));
        });
        return json;
    }

    static final List<TaskState> QUEUE_ORDER = List.of(
            TaskState.PENDING,
            TaskState.RUNNING,
            TaskState.DONE,
            TaskState.FAILED,
            TaskState.SCHEDULED,
            TaskState.CANCELLED,
            TaskState.BLOCKED);

    private static void putSurroundings(ObjectNode json, Surroundings surroundings) {
        surroundings.clientStatus().ifPresent(status -> json.put("client_status", status));
        surroundings.heartbeatTimeoutSec().ifPresent(age -> Figures.put(json, "heartbeat_timeout_sec", age));
        surroundings.queueDir().ifPresent(directory -> json.put("queue_dir", directory));
        surroundings.cleanup().ifPresent(removed -> json.set("cleanup", cleanupJson(removed)));
    }

    private static ObjectNode cleanupJson(Cleanup removed) {
        ObjectNode json = Json.object();
        json.put("done", removed.done());
        json.put("failed", removed.failed());
        json.put("heartbeats", removed.heartbeats());
        return json;
    }

    private static void putRows(ArrayNode array, List<WorkerHealth> rows) {
        for (WorkerHealth row : rows) array.add(row.toJson());
    }

    static HealthReport read(JsonNode json) throws MalformedJsonException {
        String schema = json.path("schema").asText("");
        if (!schema.equals(HealthReport.SCHEMA))
            throw new MalformedJsonException(
                    "is not a health report: schema is \"" + schema + "\", not \"" + HealthReport.SCHEMA + "\"");
        try {
            return checkedAgainstCounts(json, reportFrom(json));
        } catch (IllegalArgumentException e) {
            throw new MalformedJsonException("is not a proper health report: " + e.getMessage());
        }
    }

    private static HealthReport reportFrom(JsonNode json) {
        return new HealthReport(
                Figures.from(json, "timestamp").orElse(0),
                json.path("app").asText(""),
                json.path("target").asText(""),
                json.path("status").asText(""),
                workersFrom(json),
                queueFrom(json.path("queue")),
                surroundingsFrom(json),
                Measures.from(json));
    }

    private static HealthReport checkedAgainstCounts(JsonNode json, HealthReport report) throws MalformedJsonException {
        for (Map.Entry<String, List<String>> list : lists(report.workers()).entrySet()) {
            JsonNode count = json.path(list.getKey() + "_count");
            if (count.isNumber() && count.asLong() != list.getValue().size())
                throw new MalformedJsonException("contradicts itself: " + list.getKey() + "_count is " + count
                        + ", but " + list.getKey() + " are " + list.getValue());
        }
        return report;
    }

    private static Workers workersFrom(JsonNode json) {
        Map<String, String> reasons = new LinkedHashMap<>();
        json.path("restart_reasons")
                .properties()
                .forEach(
                        reason -> reasons.put(reason.getKey(), reason.getValue().asText("")));
        return new Workers(
                namesFrom(json, "workers_running"),
                namesFrom(json, "workers_pending"),
                namesFrom(json, "workers_restarted"),
                reasons,
                rowsFrom(json));
    }

    private static List<String> namesFrom(JsonNode json, String key) {
        List<String> names = new ArrayList<>();
        for (JsonNode name : json.path(key)) names.add(name.asText(""));
        return names;
    }

    private static List<WorkerHealth> rowsFrom(JsonNode json) {
        Map<String, Boolean> listed = new LinkedHashMap<>();
        namesFrom(json, "workers_healthy").forEach(name -> listed.put(name, true));
        namesFrom(json, "workers_unhealthy").forEach(name -> listed.put(name, false));
        List<WorkerHealth> rows = new ArrayList<>();
        for (JsonNode row : json.path("worker_health")) if (row.isObject()) rows.add(rowFrom(row, listed));
        rows.forEach(row -> listed.remove(row.worker()));
        listed.forEach((name, healthy) -> rows.add(bareRow(name, healthy)));
        return rows;
    }

    /** A row that does not say whether its worker is healthy takes the answer from the list that names it. */
    private static WorkerHealth rowFrom(JsonNode json, Map<String, Boolean> listed) {
        Boolean said = listed.get(json.path("worker").asText(""));
        if (said == null || json.has("healthy")) return WorkerHealth.fromJson(json);
        return WorkerHealth.fromJson(((ObjectNode) json.deepCopy()).put("healthy", said));
    }

    private static WorkerHealth bareRow(String name, boolean healthy) {
        return WorkerHealth.of(name, "", "", OptionalDouble.empty(), healthy, "");
    }

    private static Optional<QueueCounts> queueFrom(JsonNode json) {
        if (json.isEmpty()) return Optional.empty();
        Map<TaskState, Long> counts = new EnumMap<>(TaskState.class);
        for (TaskState state : QUEUE_ORDER)
            counts.put(state, Math.max(0, json.path(state.word()).asLong(0)));
        return Optional.of(new QueueCounts(counts));
    }

    private static Surroundings surroundingsFrom(JsonNode json) {
        JsonNode cleanup = json.path("cleanup");
        return new Surroundings(
                text(json, "client_status"),
                Figures.from(json, "heartbeat_timeout_sec"),
                text(json, "queue_dir"),
                cleanup.isObject() ? Optional.of(cleanupFrom(cleanup)) : Optional.empty(),
                text(json, "path"));
    }

    private static Cleanup cleanupFrom(JsonNode json) {
        return new Cleanup(
                json.path("done").asLong(0),
                json.path("failed").asLong(0),
                json.path("heartbeats").asLong(0));
    }

    private static Optional<String> text(JsonNode json, String key) {
        return Optional.of(json.path(key)).filter(JsonNode::isTextual).map(JsonNode::textValue);
    }
}
