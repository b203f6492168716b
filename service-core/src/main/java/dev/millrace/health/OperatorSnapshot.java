package dev.millrace.health;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.storage.Disk;
import dev.millrace.storage.Durability;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Predicate;

/**
 * What an operator hands to somebody else: the gate's settings, a summary, and every worker's row,
 * {@code agilab.service.operator_snapshot.v1}. It is made from a report just gathered, never from a cache.
 *
 * @param exportedAt local time; written to the second, without a zone
 * @param report the facts
 * @param thresholds the gate's settings
 */
public record OperatorSnapshot(LocalDateTime exportedAt, HealthReport report, GateThresholds thresholds) {

    /** The name and version of the document. */
    public static final String SCHEMA = "agilab.service.operator_snapshot.v1";

    private static final int REASONS_SHOWN = 3;
    private static final DateTimeFormatter TO_THE_SECOND = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss");

    /** The document. */
    public ObjectNode toJson() {
        ObjectNode json = Json.object();
        json.put("schema", SCHEMA);
        json.put("exported_at", TO_THE_SECOND.format(exportedAt));
        json.put("app", report.app());
        json.put("target", report.target());
        json.put("status", report.status());
        json.set("health_gate", gate());
        json.set("summary", summary());
        ArrayNode rows = json.putArray("worker_health");
        for (WorkerHealth row : rows()) rows.add(row.toJson());
        return json;
    }

    private ObjectNode gate() {
        ObjectNode json = Json.object();
        json.put("allow_idle", thresholds.allowIdle());
        json.put("max_unhealthy", thresholds.maxUnhealthy());
        json.put("max_restart_rate", thresholds.maxRestartRate());
        Figures.put(json, "heartbeat_timeout_sec", report.surroundings().heartbeatTimeoutSec());
        return json;
    }

    private ObjectNode summary() {
        ObjectNode json = Json.object();
        json.put("tracked_workers", rows().size());
        json.put("unhealthy_workers", count(row -> !row.healthy()));
        json.put("late_heartbeats", count(WorkerHealth::isLate));
        json.put("missing_heartbeats", count(WorkerHealth::isHeartbeatMissing));
        Figures.put(json, "max_heartbeat_age_sec", oldestBeat());
        json.set("reason_examples", Json.tree(reasons()));
        return json;
    }

    private List<WorkerHealth> rows() {
        return report.workers().rows();
    }

    private long count(Predicate<WorkerHealth> condition) {
        return rows().stream().filter(condition).count();
    }

    private OptionalDouble oldestBeat() {
        return rows().stream()
                .flatMapToDouble(row -> row.heartbeatAgeSec().stream())
                .max();
    }

    private List<String> reasons() {
        return rows().stream()
                .map(WorkerHealth::reason)
                .filter(reason -> !reason.isBlank())
                .distinct()
                .limit(REASONS_SHOWN)
                .toList();
    }

    /** The file: keys sorted at every level, indented by two, a newline at the end. */
    public byte[] toBytes() {
        return SortedJson.bytes(toJson());
    }

    /**
     * Writes the file as a whole, so that a reader sees the old one or this one; folders that are missing are made.
     *
     * @throws IOException when the disk refuses; an older file is then untouched
     */
    public void write(Disk disk, Path file) throws IOException {
        disk.createFolders(Disk.parentOf(file));
        disk.replace(file, toBytes(), Durability.FSYNC);
    }
}
