package dev.millrace.liveness;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One heartbeat file: AGILAB's keys (worker_id to state) and ours.
 *
 * @param workerId the worker's number, frozen when it was created, from 0
 * @param worker its name, stable over restarts
 * @param process the process it runs in
 * @param incarnation 32 hex digits, new for each life of the worker
 * @param timestamp epoch seconds by the worker's wall clock; for people, never for judging across hosts
 * @param state what it says of itself
 * @param sequence grows by one with each beat; 0 for AGILAB's workers, which have none
 * @param startedAt epoch seconds when this incarnation began; 0 when unknown
 * @param slots how many tasks it runs at once
 * @param currentTasks the tasks it runs now, oldest first
 * @param load what its process uses, when it was measured
 * @param recent what it came to lately, when it counted
 */
public record Heartbeat(
        int workerId,
        String worker,
        ProcessIdentity process,
        String incarnation,
        double timestamp,
        State state,
        long sequence,
        double startedAt,
        int slots,
        List<CurrentTask> currentTasks,
        Optional<Load> load,
        Optional<Recent> recent) {

    /** What a worker says of itself. */
    public enum State {
        /** Looking for work. */
        RUNNING,
        /** Running at least one task. */
        PROCESSING,
        /** Finishing its tasks and taking no more. */
        DRAINING,
        /** Ended in order. */
        STOPPED,
        /** Ended out of order. */
        FAILED;

        /** The word in the file. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** True when the worker will take no more work in this incarnation. */
        public boolean isEnded() {
            return this == STOPPED || this == FAILED;
        }

        static State of(String word) {
            for (State state : values()) if (state.word().equals(word.toLowerCase(Locale.ROOT))) return state;
            return RUNNING;
        }
    }

    /**
     * A task that is being run.
     *
     * @param id the task's id
     * @param kind its kind; empty for the default handler
     * @param startedAt epoch seconds
     * @param progressAt epoch seconds of the handler's last report of progress; {@code startedAt} when it made none
     * @param progress what the handler reported last, when it did
     */
    public record CurrentTask(
            String id, String kind, double startedAt, double progressAt, Optional<Progress> progress) {
        public CurrentTask(String id, String kind, double startedAt, double progressAt) {
            this(id, kind, startedAt, progressAt, Optional.empty());
        }
    }

    /**
     * How far a task is.
     *
     * @param fraction 0 to 1
     * @param message a line for people; may be empty
     */
    public record Progress(double fraction, String message) {}

    /**
     * What a process uses.
     *
     * @param cpu share of one core since the last sample, 1.0 = one core
     * @param memoryBytes resident memory
     * @param threads live threads
     */
    public record Load(double cpu, long memoryBytes, int threads) {}

    /**
     * What a worker came to within the last while.
     *
     * @param windowSec how long the while is, in seconds
     * @param done tasks done in it
     * @param failed tasks failed in it
     * @param startP50Sec median time from due to claimed; 0 without tasks
     * @param startP95Sec the same, 95th percentile
     * @param runP50Sec median time from claimed to settled; 0 without tasks
     * @param runP95Sec the same, 95th percentile
     */
    public record Recent(
            double windowSec,
            long done,
            long failed,
            double startP50Sec,
            double startP95Sec,
            double runP50Sec,
            double runP95Sec) {}

    public Heartbeat {
        currentTasks = List.copyOf(currentTasks);
    }

    /** How many slots are in use. */
    public int busySlots() {
        return currentTasks.size();
    }

    /** The name of the file in heartbeats/. */
    public String fileName() {
        return WorkerName.heartbeatFile(workerId, worker);
    }

    /** The document. */
    public ObjectNode toJson() {
        ObjectNode json = Json.object();
        json.put("worker_id", workerId);
        json.put("worker", worker);
        json.put("pid", process.pid());
        json.put("worker_incarnation", incarnation);
        json.put("timestamp", timestamp);
        json.put("state", state.word());
        json.put("sequence", sequence);
        json.put("started_at", startedAt);
        json.put("process_start", process.start());
        json.put("host", process.host());
        json.put("host_id", process.hostId());
        json.put("slots", slots);
        json.put("busy_slots", busySlots());
        ArrayNode tasks = json.putArray("current_tasks");
        for (CurrentTask task : currentTasks) tasks.add(taskJson(task));
        load.ifPresent(measured -> json.setAll(loadJson(measured)));
        recent.ifPresent(counted -> json.set("recent", recentJson(counted)));
        return json;
    }

    private static ObjectNode taskJson(CurrentTask task) {
        ObjectNode json = Json.object();
        json.put("id", task.id());
        json.put("kind", task.kind());
        json.put("started_at", task.startedAt());
        json.put("progress_at", task.progressAt());
        task.progress().ifPresent(progress -> {
            json.put("progress", progress.fraction());
            json.put("progress_message", progress.message());
        });
        return json;
    }

    private static ObjectNode loadJson(Load load) {
        ObjectNode json = Json.object();
        json.put("cpu", load.cpu());
        json.put("memory_bytes", load.memoryBytes());
        json.put("threads", load.threads());
        return json;
    }

    private static ObjectNode recentJson(Recent recent) {
        ObjectNode json = Json.object();
        json.put("window_sec", recent.windowSec());
        json.put("done", recent.done());
        json.put("failed", recent.failed());
        json.put("start_p50_sec", recent.startP50Sec());
        json.put("start_p95_sec", recent.startP95Sec());
        json.put("run_p50_sec", recent.runP50Sec());
        json.put("run_p95_sec", recent.runP95Sec());
        return json;
    }

    /** Reads a document; empty when it names no worker or bears no time, as AGILAB's readers skip such. */
    public static Optional<Heartbeat> fromJson(JsonNode json) {
        String worker = json.path("worker").isTextual() ? json.path("worker").textValue() : "";
        double timestamp =
                json.path("timestamp").isNumber() ? json.path("timestamp").doubleValue() : 0;
        if (worker.isBlank() || !(timestamp > 0) || Double.isInfinite(timestamp)) return Optional.empty();
        return Optional.of(new Heartbeat(
                json.path("worker_id").asInt(0),
                worker,
                processFrom(json),
                json.path("worker_incarnation").asText(""),
                timestamp,
                State.of(json.path("state").asText("")),
                json.path("sequence").asLong(0),
                json.path("started_at").asDouble(0),
                Math.max(1, json.path("slots").asInt(1)),
                tasksFrom(json.path("current_tasks")),
                loadFrom(json),
                recentFrom(json.path("recent"))));
    }

    private static ProcessIdentity processFrom(JsonNode json) {
        return new ProcessIdentity(
                json.path("pid").asLong(0),
                json.path("process_start").asText(""),
                json.path("host").asText(""),
                json.path("host_id").asText(""));
    }

    private static List<CurrentTask> tasksFrom(JsonNode json) {
        List<CurrentTask> tasks = new ArrayList<>();
        for (JsonNode task : json)
            tasks.add(new CurrentTask(
                    task.path("id").asText(""),
                    task.path("kind").asText(""),
                    task.path("started_at").asDouble(0),
                    task.path("progress_at").asDouble(0),
                    progressFrom(task)));
        return tasks;
    }

    private static Optional<Progress> progressFrom(JsonNode task) {
        JsonNode fraction = task.path("progress");
        return fraction.isNumber()
                ? Optional.of(new Progress(
                        fraction.doubleValue(), task.path("progress_message").asText("")))
                : Optional.empty();
    }

    private static Optional<Load> loadFrom(JsonNode json) {
        if (!json.path("memory_bytes").isNumber()) return Optional.empty();
        return Optional.of(new Load(
                json.path("cpu").asDouble(0),
                json.path("memory_bytes").asLong(0),
                json.path("threads").asInt(0)));
    }

    private static Optional<Recent> recentFrom(JsonNode json) {
        if (!json.isObject()) return Optional.empty();
        return Optional.of(new Recent(
                json.path("window_sec").asDouble(0),
                json.path("done").asLong(0),
                json.path("failed").asLong(0),
                json.path("start_p50_sec").asDouble(0),
                json.path("start_p95_sec").asDouble(0),
                json.path("run_p50_sec").asDouble(0),
                json.path("run_p95_sec").asDouble(0)));
    }
}
