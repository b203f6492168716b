package dev.millrace.health;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What Millrace measures beyond AGILAB's fields. A group that is empty was not measured, and a service objective that
 * needs it fails; a figure that is empty inside a group was measured and there was nothing to it.
 *
 * @param queueAges how long tasks have been where they are
 * @param latency how long tasks wait and run
 * @param throughput how many tasks finish, and how
 * @param steward who does the housekeeping; empty when nobody holds the lease
 * @param quarantined files that lie in failed/ because they could not be read as tasks
 */
public record Measures(
        Optional<QueueAges> queueAges,
        Optional<Latency> latency,
        Optional<Throughput> throughput,
        Optional<Steward> steward,
        OptionalLong quarantined) {

    private static final Measures NONE =
            new Measures(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), OptionalLong.empty());

    /**
     * Ages in seconds, each empty when there is no such task.
     *
     * @param oldestPendingSec since the oldest pending task became ready
     * @param oldestRunningSec since the oldest running task was claimed
     * @param oldestScheduledDueSec since the scheduled task that is most overdue was due
     */
    public record QueueAges(
            OptionalDouble oldestPendingSec, OptionalDouble oldestRunningSec, OptionalDouble oldestScheduledDueSec) {
        public QueueAges {
            oldestPendingSec = Figures.checked("oldest_pending_sec", oldestPendingSec);
            oldestRunningSec = Figures.checked("oldest_running_sec", oldestRunningSec);
            oldestScheduledDueSec = Figures.checked("oldest_scheduled_due_sec", oldestScheduledDueSec);
        }
    }

    /**
     * Percentiles in seconds over the last tasks, empty when there were none.
     *
     * @param startP50Sec from ready to started, median
     * @param startP95Sec from ready to started, 95th percentile
     * @param runP50Sec from started to finished, median
     * @param runP95Sec from started to finished, 95th percentile
     * @param samples how many tasks they are taken from, from 0
     */
    public record Latency(
            OptionalDouble startP50Sec,
            OptionalDouble startP95Sec,
            OptionalDouble runP50Sec,
            OptionalDouble runP95Sec,
            long samples) {
        public Latency {
            startP50Sec = Figures.checked("start_p50_sec", startP50Sec);
            startP95Sec = Figures.checked("start_p95_sec", startP95Sec);
            runP50Sec = Figures.checked("run_p50_sec", runP50Sec);
            runP95Sec = Figures.checked("run_p95_sec", runP95Sec);
        }
    }

    /**
     * Rates over the last while.
     *
     * @param donePerMin tasks done in a minute
     * @param failedPerMin tasks failed in a minute
     * @param failureRate failed among finished, 0 to 1; empty when nothing finished
     * @param windowSec how long the while is
     */
    public record Throughput(double donePerMin, double failedPerMin, OptionalDouble failureRate, double windowSec) {
        public Throughput {
            donePerMin = Figures.checked("done_per_min", donePerMin);
            failedPerMin = Figures.checked("failed_per_min", failedPerMin);
            failureRate = Figures.share("failure_rate", failureRate);
            windowSec = Figures.checked("window_sec", windowSec);
        }
    }

    /**
     * The holder of the housekeeping lease.
     *
     * @param worker its name
     * @param since epoch seconds when it took the lease
     */
    public record Steward(String worker, double since) {}

    /** Nothing was measured, as in AGILAB's own documents. */
    public static Measures none() {
        return NONE;
    }

    public Measures withQueueAges(QueueAges ages) {
        return new Measures(Optional.of(ages), latency, throughput, steward, quarantined);
    }

    public Measures withLatency(Latency newLatency) {
        return new Measures(queueAges, Optional.of(newLatency), throughput, steward, quarantined);
    }

    public Measures withThroughput(Throughput newThroughput) {
        return new Measures(queueAges, latency, Optional.of(newThroughput), steward, quarantined);
    }

    public Measures withSteward(Steward newSteward) {
        return new Measures(queueAges, latency, throughput, Optional.of(newSteward), quarantined);
    }

    public Measures withQuarantined(long files) {
        return new Measures(queueAges, latency, throughput, steward, OptionalLong.of(files));
    }

    /** Adds the groups that were measured. */
    void putInto(ObjectNode report) {
        queueAges.ifPresent(ages -> report.set("queue_ages", agesJson(ages)));
        latency.ifPresent(measured -> report.set("latency", latencyJson(measured)));
        throughput.ifPresent(measured -> report.set("throughput", throughputJson(measured)));
        steward.ifPresent(holder -> report.set("steward", stewardJson(holder)));
        quarantined.ifPresent(files -> report.put("quarantined", files));
    }

    private static ObjectNode agesJson(QueueAges ages) {
        ObjectNode json = Json.object();
        Figures.put(json, "oldest_pending_sec", ages.oldestPendingSec());
        Figures.put(json, "oldest_running_sec", ages.oldestRunningSec());
        Figures.put(json, "oldest_scheduled_due_sec", ages.oldestScheduledDueSec());
        return json;
    }

    private static ObjectNode latencyJson(Latency latency) {
        ObjectNode json = Json.object();
        Figures.put(json, "start_p50_sec", latency.startP50Sec());
        Figures.put(json, "start_p95_sec", latency.startP95Sec());
        Figures.put(json, "run_p50_sec", latency.runP50Sec());
        Figures.put(json, "run_p95_sec", latency.runP95Sec());
        json.put("samples", latency.samples());
        return json;
    }

    private static ObjectNode throughputJson(Throughput throughput) {
        ObjectNode json = Json.object();
        Figures.put(json, "done_per_min", throughput.donePerMin());
        Figures.put(json, "failed_per_min", throughput.failedPerMin());
        Figures.put(json, "failure_rate", throughput.failureRate());
        Figures.put(json, "window_sec", throughput.windowSec());
        return json;
    }

    private static ObjectNode stewardJson(Steward steward) {
        ObjectNode json = Json.object();
        json.put("worker", steward.worker());
        Figures.put(json, "since", steward.since());
        return json;
    }

    /** Reads the groups that are there. */
    static Measures from(JsonNode report) {
        return new Measures(
                group(report, "queue_ages").map(Measures::agesFrom),
                group(report, "latency").map(Measures::latencyFrom),
                group(report, "throughput").map(Measures::throughputFrom),
                group(report, "steward").map(Measures::stewardFrom),
                Figures.longFrom(report, "quarantined"));
    }

    private static Optional<JsonNode> group(JsonNode report, String key) {
        return Optional.of(report.path(key)).filter(JsonNode::isObject);
    }

    private static QueueAges agesFrom(JsonNode json) {
        return new QueueAges(
                Figures.from(json, "oldest_pending_sec"),
                Figures.from(json, "oldest_running_sec"),
                Figures.from(json, "oldest_scheduled_due_sec"));
    }

    private static Latency latencyFrom(JsonNode json) {
        return new Latency(
                Figures.from(json, "start_p50_sec"),
                Figures.from(json, "start_p95_sec"),
                Figures.from(json, "run_p50_sec"),
                Figures.from(json, "run_p95_sec"),
                Figures.longFrom(json, "samples").orElse(0));
    }

    private static Throughput throughputFrom(JsonNode json) {
        return new Throughput(
                Figures.from(json, "done_per_min").orElse(0),
                Figures.from(json, "failed_per_min").orElse(0),
                Figures.from(json, "failure_rate"),
                Figures.from(json, "window_sec").orElse(0));
    }

    private static Steward stewardFrom(JsonNode json) {
        return new Steward(
                json.path("worker").asText(""), Figures.from(json, "since").orElse(0));
    }
}
