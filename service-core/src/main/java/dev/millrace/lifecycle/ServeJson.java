package dev.millrace.lifecycle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.health.HealthReport;
import dev.millrace.health.WorkerHealth;
import dev.millrace.json.Json;
import dev.millrace.json.MalformedJsonException;
import dev.millrace.queue.QueueCounts;
import dev.millrace.queue.RetentionReport;
import dev.millrace.task.TaskState;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@link ServeReport} in AGILAB's form. */
final class ServeJson {
    private ServeJson() {}

    static ObjectNode of(ServeReport report) {
        ObjectNode json = Json.object();
        json.put("status", report.status());
        putNames(json, "workers", report.workers());
        putNames(json, "pending", report.pending());
        report.clientStatus().ifPresent(text -> json.put("client_status", text));
        report.counted().ifPresent(all -> put(json, all));
        report.recovery().ifPresent(done -> json.set("recovery", recoveryJson(done)));
        report.crew().ifPresent(all -> json.put("heartbeat_timeout_sec", all.heartbeatTimeoutSec()));
        if (report.counted().isPresent()) putRows(json, report);
        for (ServeReport.Flag flag : report.flags()) json.put(flag.key(), true);
        if (!report.message().isEmpty()) json.put("message", report.message());
        if (!report.launchErrors().isEmpty()) json.set("launch_errors", Json.tree(report.launchErrors()));
        report.health().ifPresent(health -> json.set("health", health.toJson()));
        report.healthPath().ifPresent(path -> json.put("health_path", path.toString()));
        return json;
    }

    private static void put(ObjectNode json, ServeReport.Counted all) {
        json.set("queue", countsJson(all.queue()));
        json.put("queue_dir", all.queueDir().toString());
        json.set("cleanup", cleanupJson(all.cleanup()));
    }

    private static void putRows(ObjectNode json, ServeReport report) {
        ArrayNode rows = json.putArray("worker_health");
        for (WorkerHealth row : report.workerHealth()) rows.add(row.toJson());
        putNames(json, "restarted_workers", report.restarted());
        json.set("restart_reasons", Json.tree(report.restartReasons()));
    }

    private static void putNames(ObjectNode json, String key, List<String> names) {
        ArrayNode list = json.putArray(key);
        names.forEach(list::add);
    }

    private static ObjectNode countsJson(QueueCounts counts) {
        ObjectNode json = Json.object();
        for (TaskState state : TaskState.values()) json.put(state.word(), counts.of(state));
        return json;
    }

    private static ObjectNode cleanupJson(RetentionReport removed) {
        ObjectNode json = Json.object();
        json.put("done", removed.done());
        json.put("failed", removed.failed());
        json.put("heartbeats", removed.heartbeats());
        return json;
    }

    private static ObjectNode recoveryJson(ServeReport.Recovery done) {
        ObjectNode json = Json.object();
        json.put("recovered", done.recovered());
        json.put("preserved", done.preserved());
        return json;
    }

    // ------------------------------------------------------------------ reading

    static ServeReport read(JsonNode json) throws MalformedJsonException {
        Optional<Path> path = text(json, "health_path").map(Path::of);
        Optional<ServeReport.Exported> exported = json.path("health").isObject()
                ? Optional.of(new ServeReport.Exported(HealthReport.fromJson(json.get("health")), path))
                : Optional.empty();
        return new ServeReport(
                json.path("status").asText(""),
                names(json.path("workers")),
                names(json.path("pending")),
                text(json, "client_status"),
                countedIn(json),
                crewIn(json),
                remarksIn(json),
                recoveryIn(json.path("recovery")),
                exported);
    }

    private static Optional<String> text(JsonNode json, String key) {
        return Optional.ofNullable(json.path(key).textValue());
    }

    private static List<String> names(JsonNode list) {
        List<String> names = new ArrayList<>();
        list.forEach(name -> names.add(name.asText()));
        return names;
    }

    private static Map<String, String> texts(JsonNode object) {
        Map<String, String> texts = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> one : object.properties())
            texts.put(one.getKey(), one.getValue().asText());
        return texts;
    }

    private static Optional<ServeReport.Counted> countedIn(JsonNode json) {
        if (!json.path("queue").isObject()) return Optional.empty();
        Map<TaskState, Long> counts = new EnumMap<>(TaskState.class);
        for (TaskState state : TaskState.values())
            counts.put(state, json.path("queue").path(state.word()).asLong());
        JsonNode cleanup = json.path("cleanup");
        RetentionReport removed = new RetentionReport(
                cleanup.path("done").asLong(),
                cleanup.path("failed").asLong(),
                cleanup.path("heartbeats").asLong());
        Path folder = Path.of(json.path("queue_dir").asText(""));
        return Optional.of(new ServeReport.Counted(new QueueCounts(counts), folder, removed));
    }

    private static Optional<ServeReport.Crew> crewIn(JsonNode json) {
        if (!json.path("heartbeat_timeout_sec").isNumber()) return Optional.empty();
        List<WorkerHealth> rows = new ArrayList<>();
        json.path("worker_health").forEach(row -> rows.add(WorkerHealth.fromJson(row)));
        return Optional.of(new ServeReport.Crew(
                json.path("heartbeat_timeout_sec").asDouble(),
                rows,
                names(json.path("restarted_workers")),
                texts(json.path("restart_reasons"))));
    }

    private static ServeReport.Remarks remarksIn(JsonNode json) {
        List<ServeReport.Flag> flags = new ArrayList<>();
        for (ServeReport.Flag flag : ServeReport.Flag.values())
            if (json.path(flag.key()).asBoolean()) flags.add(flag);
        return new ServeReport.Remarks(flags, json.path("message").asText(""), texts(json.path("launch_errors")));
    }

    private static Optional<ServeReport.Recovery> recoveryIn(JsonNode done) {
        if (!done.isObject()) return Optional.empty();
        return Optional.of(new ServeReport.Recovery(
                done.path("recovered").asInt(), done.path("preserved").asInt()));
    }
}
