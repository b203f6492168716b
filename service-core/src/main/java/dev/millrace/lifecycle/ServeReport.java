package dev.millrace.lifecycle;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.health.HealthReport;
import dev.millrace.health.WorkerHealth;
import dev.millrace.queue.QueueCounts;
import dev.millrace.queue.RetentionReport;
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
 * @param counted what was counted and swept; empty where nothing was
 * @param crew what is known of each worker; empty where nobody looked
 * @param remarks further facts, and what to do
 * @param recovery what was done with the tasks of dead workers; only from a fresh start
 * @param exported the health document that goes with it; empty until it is made
 */
public record ServeReport(
        String status,
        List<String> workers,
        List<String> pending,
        Optional<String> clientStatus,
        Optional<Counted> counted,
        Optional<Crew> crew,
        Remarks remarks,
        Optional<Recovery> recovery,
        Optional<Exported> exported) {

    private static final Optional<String> CONNECTED = Optional.of("connected");

    /** Facts that are either true or not mentioned. */
    public enum Flag {
        /** A running service was taken up again. */
        RECOVERED,
        /** Something is not proven; only stop is possible until it is. */
        RECOVERY_REQUIRED,
        /** The record could not be read; every worker that could be found was stopped. */
        LEGACY_FULL_SHUTDOWN,
        /** An earlier stop had not been proven; now it is. */
        RUNTIME_CLEANUP_RETRY,
        /** Workers of a host that is lost were given up; that they have ended is not proven. */
        ABANDONED,
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

    /**
     * The queue of an answer.
     *
     * @param queue how many tasks are in which state
     * @param queueDir its folder
     * @param cleanup what retention removed
     */
    public record Counted(QueueCounts queue, Path queueDir, RetentionReport cleanup) {}

    /**
     * The workers of an answer.
     *
     * @param heartbeatTimeoutSec the age from which a heartbeat is too old
     * @param rows a row for each worker
     * @param restarted names of the workers restarted since the last look
     * @param restartReasons why, by name
     */
    public record Crew(
            double heartbeatTimeoutSec,
            List<WorkerHealth> rows,
            List<String> restarted,
            Map<String, String> restartReasons) {
        public Crew {
            rows = List.copyOf(rows);
            restarted = List.copyOf(restarted);
            restartReasons = Map.copyOf(restartReasons);
        }
    }

    /**
     * What else is to be said.
     *
     * @param flags true facts that only some answers carry, such as that something is not proven yet
     * @param message what to do; empty when nothing is
     * @param launchErrors why the last launch of a worker failed, by its name
     */
    public record Remarks(List<Flag> flags, String message, Map<String, String> launchErrors) {
        static final Remarks NONE = new Remarks(List.of(), "", Map.of());

        public Remarks {
            flags = List.copyOf(flags);
            launchErrors = Map.copyOf(launchErrors);
        }

        Remarks with(List<Flag> further, String whatToDo) {
            List<Flag> all = new ArrayList<>(flags);
            all.addAll(further);
            return new Remarks(all, whatToDo.isEmpty() ? message : whatToDo, launchErrors);
        }

        Remarks withLaunchErrors(Map<String, String> errors) {
            return new Remarks(flags, message, errors);
        }
    }

    /**
     * The health document of an answer.
     *
     * @param health the document
     * @param path where it was written; empty when it was not
     */
    public record Exported(HealthReport health, Optional<Path> path) {}

    public ServeReport {
        workers = List.copyOf(workers);
        pending = List.copyOf(pending);
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
                Remarks.NONE,
                Optional.empty(),
                Optional.empty());
    }

    /** The same answer with what was counted and swept. */
    ServeReport with(Counted newCounted) {
        return new ServeReport(
                status, workers, pending, CONNECTED, Optional.of(newCounted), crew, remarks, recovery, exported);
    }

    /** The same answer with what is known of the workers. */
    ServeReport with(Crew newCrew) {
        return new ServeReport(
                status, workers, pending, clientStatus, counted, Optional.of(newCrew), remarks, recovery, exported);
    }

    /** The same answer, and what became of the tasks of dead workers. */
    ServeReport with(Recovery done) {
        return new ServeReport(
                status, workers, pending, clientStatus, counted, crew, remarks, Optional.of(done), exported);
    }

    /** The same answer with other remarks. */
    ServeReport with(Remarks newRemarks) {
        return new ServeReport(status, workers, pending, clientStatus, counted, crew, newRemarks, recovery, exported);
    }

    /** The same answer with its health document. */
    ServeReport with(Exported newExported) {
        return new ServeReport(
                status, workers, pending, clientStatus, counted, crew, remarks, recovery, Optional.of(newExported));
    }

    /** The same answer with the reasons why workers could not be launched. */
    ServeReport withLaunchErrors(Map<String, String> errors) {
        return with(remarks.withLaunchErrors(errors));
    }

    /** The same answer with further facts and what to do about them; whoever knows them has reached the queue. */
    ServeReport withFlags(List<Flag> further, String whatToDo) {
        return new ServeReport(
                status,
                workers,
                pending,
                CONNECTED,
                counted,
                crew,
                remarks.with(further, whatToDo),
                recovery,
                exported);
    }

    /** How many tasks are in which state; empty where nothing was counted. */
    public Optional<QueueCounts> queue() {
        return counted.map(Counted::queue);
    }

    /** The queue's folder; empty where nothing was counted. */
    public Optional<Path> queueDir() {
        return counted.map(Counted::queueDir);
    }

    /** What retention removed; empty where it did not run. */
    public Optional<RetentionReport> cleanup() {
        return counted.map(Counted::cleanup);
    }

    /** The age from which a heartbeat is too old; empty where nobody looked. */
    public OptionalDouble heartbeatTimeoutSec() {
        return crew.map(all -> OptionalDouble.of(all.heartbeatTimeoutSec())).orElse(OptionalDouble.empty());
    }

    /** A row for each worker. */
    public List<WorkerHealth> workerHealth() {
        return crew.map(Crew::rows).orElse(List.of());
    }

    /** Names of the workers restarted since the last look. */
    public List<String> restarted() {
        return crew.map(Crew::restarted).orElse(List.of());
    }

    /** Why they were restarted, by name. */
    public Map<String, String> restartReasons() {
        return crew.map(Crew::restartReasons).orElse(Map.of());
    }

    /** True facts that only some answers carry. */
    public List<Flag> flags() {
        return remarks.flags();
    }

    /** What to do; empty when nothing is. */
    public String message() {
        return remarks.message();
    }

    /** Why the last launch of a worker failed, by its name. */
    public Map<String, String> launchErrors() {
        return remarks.launchErrors();
    }

    /** The health document that goes with it. */
    public Optional<HealthReport> health() {
        return exported.map(Exported::health);
    }

    /** Where the health document was written; empty when it was not. */
    public Optional<Path> healthPath() {
        return exported.flatMap(Exported::path);
    }

    public boolean has(Flag flag) {
        return flags().contains(flag);
    }

    /**
     * Reads {@link #toJson}'s form; what is missing is taken as not known.
     *
     * @throws dev.millrace.json.MalformedJsonException when its health document is none
     */
    public static ServeReport fromJson(com.fasterxml.jackson.databind.JsonNode json)
            throws dev.millrace.json.MalformedJsonException {
        return ServeJson.read(json);
    }

    /** The same answer with a health document that came apart from it. */
    public ServeReport withHealth(HealthReport health, Optional<Path> path) {
        return with(new Exported(health, path));
    }

    /** The answer in AGILAB's form, keys in its order, ours after them. */
    public ObjectNode toJson() {
        return ServeJson.of(this);
    }
}
