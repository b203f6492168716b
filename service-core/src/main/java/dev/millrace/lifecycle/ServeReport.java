package dev.millrace.lifecycle;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.health.HealthReport;
import dev.millrace.health.WorkerHealth;
import dev.millrace.json.Json;
import dev.millrace.queue.QueueCounts;
import dev.millrace.queue.RetentionReport;
import dev.millrace.task.TaskState;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The answer of {@link Service#serve}.
 *
 * @param status {@code running}, {@code degraded}, {@code stopped}, {@code idle}, {@code partial} or {@code error}
 * @param workers those whose loop runs; for stop, those that are stopped
 * @param pending those whose loop has ended; for stop, those that still run
 * @param clientStatus {@code connected} when the queue can be reached
 * @param queue how many tasks are in which state; empty where nothing was counted
 * @param queueDir the queue's folder
 * @param cleanup what retention removed; empty where it did not run
 * @param recovery what was done with the tasks of dead workers; only from a fresh start
 * @param heartbeatTimeoutSec the age from which a heartbeat is too old
 * @param workerHealth a row for each worker
 * @param restarted names of the workers restarted since the last look
 * @param restartReasons why, by name
 * @param flags true facts that only some answers carry, such as that something is not proven yet
 * @param message what to do; empty when nothing is
 * @param launchErrors why the last launch of a worker failed, by its name
 * @param health the health document that goes with it
 * @param healthPath where that was written; empty when it was not
 */
public record ServeReport(
        String status,
        List<String> workers,
        List<String> pending,
        Optional<String> clientStatus,
        Optional<QueueCounts> queue,
        Optional<Path> queueDir,
        Optional<RetentionReport> cleanup,
        Optional<Recovery> recovery,
        OptionalDouble heartbeatTimeoutSec,
        List<WorkerHealth> workerHealth,
        List<String> restarted,
        Map<String, String> restartReasons,
        List<Flag> flags,
        String message,
        Map<String, String> launchErrors,
        Optional<HealthReport> health,
        Optional<Path> healthPath) {

    private static final String CONNECTED = "connected";

    /** Facts that are either true or not mentioned. */
    public enum Flag {
        /** A running service was taken up again. */
        RECOVERED,
        /** Something is not proven; only stop is possible until it is. */
        RECOVERY_REQUIRED,
        /** The record could not be read; everything that beats was stopped. */
        LEGACY_FULL_SHUTDOWN,
        /** An earlier stop had not been proven; now it is. */
        RUNTIME_CLEANUP_RETRY,
        /** Nothing was mended, because another operation is under way. */
        OBSERVED_ONLY;

        String key() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /**
     * What became of the tasks of dead workers.
     *
     * @param recovered put back or finished
     * @param preserved left alone, because their workers live
     */
    public record Recovery(int recovered, int preserved) {}

    public ServeReport {
        workers = List.copyOf(workers);
        pending = List.copyOf(pending);
        workerHealth = List.copyOf(workerHealth);
        restarted = List.copyOf(restarted);
        restartReasons = Map.copyOf(restartReasons);
        flags = List.copyOf(flags);
        launchErrors = Map.copyOf(launchErrors);
    }

    /** An answer with nothing but a status and two lists. */
    public static ServeReport of(String status, List<String> workers, List<String> pending) {
        return new ServeReport(
                status,
                workers,
                pending,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                OptionalDouble.empty(),
                List.of(),
                List.of(),
                Map.of(),
                List.of(),
                "",
                Map.of(),
                Optional.empty(),
                Optional.empty());
    }

    /** The same answer with what was counted and swept. */
    ServeReport withQueue(QueueCounts counts, Path folder, RetentionReport removed) {
        return new ServeReport(
                status,
                workers,
                pending,
                Optional.of(CONNECTED),
                Optional.of(counts),
                Optional.of(folder),
                Optional.of(removed),
                recovery,
                heartbeatTimeoutSec,
                workerHealth,
                restarted,
                restartReasons,
                flags,
                message,
                launchErrors,
                health,
                healthPath);
    }

    /** The same answer with what is known of the workers. */
    ServeReport withWorkers(double timeoutSec, List<WorkerHealth> rows, List<String> names, Map<String, String> why) {
        return new ServeReport(
                status,
                workers,
                pending,
                clientStatus,
                queue,
                queueDir,
                cleanup,
                recovery,
                OptionalDouble.of(timeoutSec),
                rows,
                names,
                why,
                flags,
                message,
                launchErrors,
                health,
                healthPath);
    }

    /** The same answer, and what became of the tasks of dead workers. */
    ServeReport withRecovery(Recovery done) {
        return new ServeReport(
                status,
                workers,
                pending,
                clientStatus,
                queue,
                queueDir,
                cleanup,
                Optional.of(done),
                heartbeatTimeoutSec,
                workerHealth,
                restarted,
                restartReasons,
                flags,
                message,
                launchErrors,
                health,
                healthPath);
    }

    /** The same answer with the reasons why workers could not be launched. */
    ServeReport withLaunchErrors(Map<String, String> errors) {
        return new ServeReport(
                status,
                workers,
                pending,
                clientStatus,
                queue,
                queueDir,
                cleanup,
                recovery,
                heartbeatTimeoutSec,
                workerHealth,
                restarted,
                restartReasons,
                flags,
                message,
                errors,
                health,
                healthPath);
    }

    /** The same answer with further facts and what to do about them. */
    ServeReport withFlags(List<Flag> further, String whatToDo) {
        List<Flag> all = new ArrayList<>(flags);
        all.addAll(further);
        return new ServeReport(
                status,
                workers,
                pending,
                Optional.of(CONNECTED),
                queue,
                queueDir,
                cleanup,
                recovery,
                heartbeatTimeoutSec,
                workerHealth,
                restarted,
                restartReasons,
                all,
                whatToDo,
                launchErrors,
                health,
                healthPath);
    }

    /** The same answer with its health document. */
    ServeReport withHealth(HealthReport report, Optional<Path> path) {
        return new ServeReport(
                status,
                workers,
                pending,
                clientStatus,
                queue,
                queueDir,
                cleanup,
                recovery,
                heartbeatTimeoutSec,
                workerHealth,
                restarted,
                restartReasons,
                flags,
                message,
                launchErrors,
                Optional.of(report),
                path);
    }

    public boolean has(Flag flag) {
        return flags.contains(flag);
    }

    /** The answer in AGILAB's form, keys in its order, ours after them. */
    public ObjectNode toJson() {
        ObjectNode json = Json.object();
        json.put("status", status);
        putNames(json, "workers", workers);
        putNames(json, "pending", pending);
        clientStatus.ifPresent(text -> json.put("client_status", text));
        queue.ifPresent(counts -> json.set("queue", countsJson(counts)));
        queueDir.ifPresent(folder -> json.put("queue_dir", folder.toString()));
        cleanup.ifPresent(removed -> json.set("cleanup", cleanupJson(removed)));
        recovery.ifPresent(done -> json.set("recovery", recoveryJson(done)));
        heartbeatTimeoutSec.ifPresent(seconds -> json.put("heartbeat_timeout_sec", seconds));
        if (queueDir.isPresent()) putRows(json);
        for (Flag flag : flags) json.put(flag.key(), true);
        if (!message.isEmpty()) json.put("message", message);
        if (!launchErrors.isEmpty()) json.set("launch_errors", Json.tree(launchErrors));
        health.ifPresent(report -> json.set("health", report.toJson()));
        healthPath.ifPresent(path -> json.put("health_path", path.toString()));
        return json;
    }

    private void putRows(ObjectNode json) {
        ArrayNode rows = json.putArray("worker_health");
        for (WorkerHealth row : workerHealth) rows.add(row.toJson());
        putNames(json, "restarted_workers", restarted);
        json.set("restart_reasons", Json.tree(restartReasons));
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

    private static ObjectNode recoveryJson(Recovery done) {
        ObjectNode json = Json.object();
        json.put("recovered", done.recovered());
        json.put("preserved", done.preserved());
        return json;
    }
}
