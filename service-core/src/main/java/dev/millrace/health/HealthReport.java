package dev.millrace.health;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.json.MalformedJsonException;
import dev.millrace.queue.QueueCounts;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Predicate;

/**
 * The facts about a service at one moment, {@code agi.service.health.v1}: all of AGILAB's fields, and after them ours.
 * It judges nothing; {@link HealthGate} does.
 *
 * @param timestamp epoch seconds when the facts were gathered
 * @param app the app's name
 * @param target its short name
 * @param status {@code running}, {@code idle}, {@code degraded}, {@code error}, {@code stopped}, {@code partial} or
 *     {@code unknown}; a blank one becomes {@code unknown}
 * @param workers who runs, who does not, and how each is
 * @param queue how many tasks are in which state; empty when nobody counted, and then written as an empty object
 * @param surroundings where the service lives and what was done to it
 * @param measures what Millrace measures beyond that
 */
public record HealthReport(
        double timestamp,
        String app,
        String target,
        String status,
        Workers workers,
        Optional<QueueCounts> queue,
        Surroundings surroundings,
        Measures measures) {

    /** The name and version of the document. */
    public static final String SCHEMA = "agi.service.health.v1";

    /** The status of a service that nobody could ask. */
    public static final String UNKNOWN = "unknown";

    /**
     * The workers of a service.
     *
     * @param running names of those whose loop runs
     * @param pending names of those whose loop has ended or was not stopped
     * @param restarted names of those that were restarted since the last look
     * @param restartReasons why, by name
     * @param rows one row for each worker
     */
    public record Workers(
            List<String> running,
            List<String> pending,
            List<String> restarted,
            Map<String, String> restartReasons,
            List<WorkerHealth> rows) {
        private static final Workers NONE = new Workers(List.of(), List.of(), List.of(), Map.of(), List.of());

        public Workers {
            running = List.copyOf(running);
            pending = List.copyOf(pending);
            restarted = List.copyOf(restarted);
            restartReasons = Collections.unmodifiableMap(new LinkedHashMap<>(restartReasons));
            rows = List.copyOf(rows);
        }

        /** No worker at all. */
        public static Workers none() {
            return NONE;
        }

        /** The names of the workers that are well, in the order of the rows; a row without a name is in no list. */
        public List<String> healthy() {
            return names(WorkerHealth::healthy);
        }

        /** The names of the workers that are not well, in the order of the rows. */
        public List<String> unhealthy() {
            return names(row -> !row.healthy());
        }

        private List<String> names(Predicate<WorkerHealth> condition) {
            return rows.stream()
                    .filter(row -> !row.worker().isBlank())
                    .filter(condition)
                    .map(WorkerHealth::worker)
                    .toList();
        }
    }

    /**
     * Where the service lives and what was done to it.
     *
     * @param clientStatus how the controller is connected; empty where there is nothing to connect to
     * @param heartbeatTimeoutSec the age from which a heartbeat is too old; empty when not known
     * @param queueDir the queue directory
     * @param cleanup what retention removed during this look
     * @param path where this report was written; part of the answer, never of the file
     */
    public record Surroundings(
            Optional<String> clientStatus,
            OptionalDouble heartbeatTimeoutSec,
            Optional<String> queueDir,
            Optional<Cleanup> cleanup,
            Optional<String> path) {
        private static final Surroundings NONE = new Surroundings(
                Optional.empty(), OptionalDouble.empty(), Optional.empty(), Optional.empty(), Optional.empty());

        public Surroundings {
            heartbeatTimeoutSec = Figures.checked("heartbeat_timeout_sec", heartbeatTimeoutSec);
        }

        /** Nothing is known. */
        public static Surroundings none() {
            return NONE;
        }

        public Surroundings withClientStatus(String newStatus) {
            return new Surroundings(Optional.of(newStatus), heartbeatTimeoutSec, queueDir, cleanup, path);
        }

        public Surroundings withHeartbeatTimeoutSec(double seconds) {
            return new Surroundings(clientStatus, OptionalDouble.of(seconds), queueDir, cleanup, path);
        }

        public Surroundings withQueueDir(String directory) {
            return new Surroundings(clientStatus, heartbeatTimeoutSec, Optional.of(directory), cleanup, path);
        }

        public Surroundings withCleanup(Cleanup removed) {
            return new Surroundings(clientStatus, heartbeatTimeoutSec, queueDir, Optional.of(removed), path);
        }

        Surroundings withPath(Optional<String> newPath) {
            return new Surroundings(clientStatus, heartbeatTimeoutSec, queueDir, cleanup, newPath);
        }
    }

    /**
     * How many files retention removed.
     *
     * @param done from done/
     * @param failed from failed/
     * @param heartbeats from heartbeats/
     */
    public record Cleanup(long done, long failed, long heartbeats) {}

    public HealthReport {
        if (status.isBlank()) status = UNKNOWN;
    }

    /** A report without counts and measures. */
    public static HealthReport of(double timestamp, String app, String target, String status, Workers workers) {
        return new HealthReport(
                timestamp, app, target, status, workers, Optional.empty(), Surroundings.none(), Measures.none());
    }

    public HealthReport withQueue(QueueCounts counts) {
        return new HealthReport(timestamp, app, target, status, workers, Optional.of(counts), surroundings, measures);
    }

    public HealthReport withSurroundings(Surroundings newSurroundings) {
        return new HealthReport(timestamp, app, target, status, workers, queue, newSurroundings, measures);
    }

    public HealthReport withMeasures(Measures newMeasures) {
        return new HealthReport(timestamp, app, target, status, workers, queue, surroundings, newMeasures);
    }

    /** This report as the answer of a look that wrote it to a file. */
    public HealthReport withPath(String path) {
        return withSurroundings(surroundings.withPath(Optional.of(path)));
    }

    /** The answer: the document, and {@code path} when it was written. */
    public ObjectNode toJson() {
        return HealthDocument.write(this);
    }

    /** The content of {@code health.json}: the document without {@code path}, indented. */
    public byte[] toBytes() {
        return Json.indented(
                withSurroundings(surroundings.withPath(Optional.empty())).toJson());
    }

    /**
     * Reads a document, ours or AGILAB's.
     *
     * @throws MalformedJsonException completing "the file ...", when it is not one or contradicts itself
     */
    public static HealthReport fromJson(JsonNode json) throws MalformedJsonException {
        return HealthDocument.read(json);
    }
}
