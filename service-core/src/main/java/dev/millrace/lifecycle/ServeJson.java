package dev.millrace.lifecycle;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.health.WorkerHealth;
import dev.millrace.json.Json;
import dev.millrace.queue.QueueCounts;
import dev.millrace.queue.RetentionReport;
import dev.millrace.task.TaskState;
import java.util.List;

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
}
