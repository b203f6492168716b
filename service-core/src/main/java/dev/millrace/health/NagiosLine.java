package dev.millrace.health;

import dev.millrace.queue.QueueCounts;
import dev.millrace.task.TaskState;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The line of a Nagios plugin: {@code MILLRACE OK - text | performance data}. The data are
 * {@code label=value[unit];warn;crit;min}, where the limits stand that the gate has.
 */
final class NagiosLine {

    /** The states of a plugin; their order is their exit code. */
    enum State {
        OK,
        WARNING,
        CRITICAL,
        UNKNOWN;

        static State of(Verdict verdict) {
            return switch (verdict.code()) {
                case Verdict.OK -> OK;
                case Verdict.RESTARTING, Verdict.OBJECTIVE_MISSED -> WARNING;
                case Verdict.NOT_SERVING -> verdict.status().equals(HealthReport.UNKNOWN) ? UNKNOWN : CRITICAL;
                default -> CRITICAL;
            };
        }
    }

    private NagiosLine() {}

    static String of(Judged judged, String app) {
        return line(State.of(judged.verdict()), text(judged, app)) + " | " + String.join(" ", data(judged)) + "\n";
    }

    static String unknown(String reason) {
        return line(State.UNKNOWN, reason) + "\n";
    }

    /** A bar would begin the data, a line break the long text. */
    private static String line(State state, String text) {
        String safe = text.replace('|', '/').replaceAll("\\s+", " ").strip();
        return "MILLRACE " + state + " - " + safe;
    }

    private static String text(Judged judged, String app) {
        Verdict verdict = judged.verdict();
        if (!verdict.passed()) return app + ": " + verdict.reason();
        return app + ": " + verdict.status() + ", " + verdict.workersRunningCount() + " workers running";
    }

    private static List<String> data(Judged judged) {
        Verdict verdict = judged.verdict();
        GateThresholds limits = judged.thresholds();
        List<String> data = new ArrayList<>();
        data.add(datum("workers_running", verdict.workersRunningCount(), "", ""));
        data.add(datum("workers_unhealthy", verdict.workersUnhealthyCount(), "", "" + limits.maxUnhealthy()));
        data.add(datum("workers_restarted", verdict.workersRestartedCount(), "", ""));
        data.add(datum("restart_rate", Metric.decimal(verdict.restartRate()), decimal(limits.maxRestartRate()), ""));
        judged.report().queue().ifPresent(counts -> addCounts(data, counts, limits));
        addMeasures(data, judged.report().measures(), limits);
        return data;
    }

    private static void addCounts(List<String> data, QueueCounts counts, GateThresholds limits) {
        String most = limits.maxPending().isPresent() ? "" + limits.maxPending().getAsLong() : "";
        for (TaskState state : HealthDocument.QUEUE_ORDER)
            data.add(datum("tasks_" + state.word(), counts.of(state), state == TaskState.PENDING ? most : "", ""));
    }

    private static void addMeasures(List<String> data, Measures measures, GateThresholds limits) {
        String oldest = limits.maxOldestPending()
                .map(Figures::seconds)
                .map(NagiosLine::decimal)
                .orElse("");
        String slowest = limits.maxStartLatencyP95()
                .map(Figures::seconds)
                .map(NagiosLine::decimal)
                .orElse("");
        String mostFailed = limits.maxFailureRate().stream()
                .mapToObj(NagiosLine::decimal)
                .findFirst()
                .orElse("");
        measures.queueAges()
                .ifPresent(ages -> data.add(
                        datum("oldest_pending", decimal(ages.oldestPendingSec().orElse(0)) + "s", oldest, "")));
        measures.latency()
                .ifPresent(latency -> latency.startP95Sec()
                        .ifPresent(p95 -> data.add(datum("start_latency_p95", decimal(p95) + "s", slowest, ""))));
        measures.throughput()
                .ifPresent(rates -> rates.failureRate()
                        .ifPresent(rate -> data.add(datum("failure_rate", decimal(rate), mostFailed, ""))));
    }

    private static String datum(String label, long value, String warn, String critical) {
        return datum(label, Long.toString(value), warn, critical);
    }

    private static String datum(String label, String value, String warn, String critical) {
        return label + "=" + value + ";" + warn + ";" + critical + ";0";
    }

    private static String decimal(double value) {
        return String.format(Locale.ROOT, "%.6f", value);
    }
}
