package dev.millrace.health;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What is known of one worker: a row of {@code worker_health}. The first six are AGILAB's.
 *
 * @param worker its name; blank when the row names nobody, and then no list counts it
 * @param futureState the state of its loop in lower case, or {@code detached} when nobody holds the loop
 * @param heartbeatState what its heartbeat says, or {@code missing}
 * @param heartbeatAgeSec seconds since its last beat, kept to three decimals; empty without a heartbeat
 * @param healthy the judgement
 * @param reason why it is not healthy, see the constants and {@link #staleHeartbeat}; empty when all is well
 * @param life the process that it lives in; empty when no heartbeat told
 * @param work what it is doing; empty when no heartbeat told
 * @param restarts how often it was restarted since the service was started, from 0
 */
public record WorkerHealth(
        String worker,
        String futureState,
        String heartbeatState,
        OptionalDouble heartbeatAgeSec,
        boolean healthy,
        String reason,
        Optional<Life> life,
        Optional<Work> work,
        long restarts) {

    /** {@link #heartbeatState} of a worker that has no heartbeat. */
    public static final String MISSING = "missing";

    /** {@link #futureState} of a worker whose loop nobody holds. */
    public static final String DETACHED = "detached";

    /** {@link #reason} when there is no heartbeat and the time to warm up is over. */
    public static final String MISSING_HEARTBEAT = "missing-heartbeat";

    private static final String STALE_HEARTBEAT = "stale-heartbeat";

    /**
     * One life of a worker.
     *
     * @param pid its process, from 1
     * @param host the machine it runs on
     * @param incarnation 32 hex digits
     */
    public record Life(long pid, String host, String incarnation) {}

    /**
     * What a worker does and uses.
     *
     * @param busySlots slots in use
     * @param slots how many tasks it can run at once
     * @param currentTasks how many tasks it says it runs
     * @param oldestTaskSec how long the oldest of them has been running; empty when there is none
     * @param cpu share of one core, 1.0 = one core; empty when not measured
     * @param memoryBytes resident memory; empty when not measured
     */
    public record Work(
            int busySlots,
            int slots,
            int currentTasks,
            OptionalDouble oldestTaskSec,
            OptionalDouble cpu,
            OptionalLong memoryBytes) {
        public Work {
            oldestTaskSec = Figures.checked("oldest_task_sec", oldestTaskSec);
            cpu = Figures.checked("cpu", cpu);
        }
    }

    public WorkerHealth {
        if (restarts < 0) throw new IllegalArgumentException("restarts of " + worker + " is " + restarts);
        heartbeatAgeSec = Figures.checkedMillis("heartbeat_age_sec", heartbeatAgeSec);
    }

    /** A row of AGILAB's six fields, of a worker that was never restarted. */
    public static WorkerHealth of(
            String worker,
            String futureState,
            String heartbeatState,
            OptionalDouble heartbeatAgeSec,
            boolean healthy,
            String reason) {
        return new WorkerHealth(
                worker,
                futureState,
                heartbeatState,
                heartbeatAgeSec,
                healthy,
                reason,
                Optional.empty(),
                Optional.empty(),
                0);
    }

    public WorkerHealth withLife(Life newLife) {
        return new WorkerHealth(
                worker,
                futureState,
                heartbeatState,
                heartbeatAgeSec,
                healthy,
                reason,
                Optional.of(newLife),
                work,
                restarts);
    }

    public WorkerHealth withWork(Work newWork) {
        return new WorkerHealth(
                worker,
                futureState,
                heartbeatState,
                heartbeatAgeSec,
                healthy,
                reason,
                life,
                Optional.of(newWork),
                restarts);
    }

    public WorkerHealth withRestarts(long newRestarts) {
        return new WorkerHealth(
                worker, futureState, heartbeatState, heartbeatAgeSec, healthy, reason, life, work, newRestarts);
    }

    /** The reason of a worker whose last beat is too old, with its age: {@code stale-heartbeat(12.3s)}. */
    public static String staleHeartbeat(double ageSec) {
        return String.format(Locale.ROOT, "%s(%.1fs)", STALE_HEARTBEAT, ageSec);
    }

    /** The reason of a worker whose loop has ended: {@code loop-finished}, {@code loop-error}, {@code loop-cancelled}. */
    public static String loopEnded(String futureState) {
        return "loop-" + futureState.toLowerCase(Locale.ROOT);
    }

    /** True when the worker is judged ill because its heartbeat is too old. */
    public boolean isLate() {
        return reason.startsWith(STALE_HEARTBEAT);
    }

    /** True when the worker has no heartbeat, whether that is already an illness or not. */
    public boolean isHeartbeatMissing() {
        return heartbeatState.equals(MISSING) || reason.equals(MISSING_HEARTBEAT);
    }

    /** The row; its keys are always the same, and what is not known is null. */
    public ObjectNode toJson() {
        ObjectNode json = Json.object();
        json.put("worker", worker);
        json.put("future_state", futureState);
        json.put("heartbeat_state", heartbeatState);
        Figures.put(json, "heartbeat_age_sec", heartbeatAgeSec);
        json.put("healthy", healthy);
        json.put("reason", reason);
        json.put("pid", life.map(Life::pid).orElse(null));
        json.put("host", life.map(Life::host).orElse(null));
        json.put("incarnation", life.map(Life::incarnation).orElse(null));
        putWork(json);
        json.put("restarts", restarts);
        return json;
    }

    private void putWork(ObjectNode json) {
        json.put("busy_slots", work.map(Work::busySlots).orElse(null));
        json.put("slots", work.map(Work::slots).orElse(null));
        json.put("current_tasks", work.map(Work::currentTasks).orElse(null));
        Figures.put(json, "oldest_task_sec", work.map(Work::oldestTaskSec).orElse(OptionalDouble.empty()));
        Figures.put(json, "cpu", work.map(Work::cpu).orElse(OptionalDouble.empty()));
        Figures.put(json, "memory_bytes", work.map(Work::memoryBytes).orElse(OptionalLong.empty()));
    }

    /** Reads a row. What is missing or of another type is taken as not known, as AGILAB's readers do. */
    public static WorkerHealth fromJson(JsonNode json) {
        return new WorkerHealth(
                json.path("worker").asText(""),
                json.path("future_state").asText(""),
                json.path("heartbeat_state").asText(""),
                Figures.from(json, "heartbeat_age_sec"),
                json.path("healthy").asBoolean(false),
                json.path("reason").asText(""),
                lifeFrom(json),
                workFrom(json),
                Math.max(0, json.path("restarts").asLong(0)));
    }

    private static Optional<Life> lifeFrom(JsonNode json) {
        if (!json.path("pid").isNumber()) return Optional.empty();
        return Optional.of(new Life(
                json.path("pid").asLong(),
                json.path("host").asText(""),
                json.path("incarnation").asText("")));
    }

    private static Optional<Work> workFrom(JsonNode json) {
        if (!json.path("slots").isNumber()) return Optional.empty();
        return Optional.of(new Work(
                json.path("busy_slots").asInt(0),
                json.path("slots").asInt(0),
                json.path("current_tasks").asInt(0),
                Figures.from(json, "oldest_task_sec"),
                Figures.from(json, "cpu"),
                Figures.longFrom(json, "memory_bytes")));
    }
}
