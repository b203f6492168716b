package dev.millrace.health;

import dev.millrace.health.Measures.Latency;
import dev.millrace.health.Measures.QueueAges;
import dev.millrace.health.Measures.Throughput;
import dev.millrace.queue.QueueCounts;
import dev.millrace.task.TaskState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** What graphs are drawn from: {@code label=value[unit];warn;crit;min}, with the gate's limits where it has one. */
final class PerformanceData {
    private static final String NO_LIMIT = "";

    private final GateThresholds limits;
    private final List<String> data = new ArrayList<>();

    private PerformanceData(GateThresholds limits) {
        this.limits = limits;
    }

    static String of(Judged judged) {
        PerformanceData data = new PerformanceData(judged.thresholds());
        data.addVerdict(judged.verdict());
        judged.report().queue().ifPresent(data::addCounts);
        judged.report().measures().queueAges().ifPresent(data::addAges);
        judged.report().measures().latency().ifPresent(data::addLatency);
        judged.report().measures().throughput().ifPresent(data::addThroughput);
        return String.join(" ", data.data);
    }

    private void addVerdict(Verdict verdict) {
        add("workers_running", verdict.workersRunningCount(), NO_LIMIT, NO_LIMIT);
        add("workers_unhealthy", verdict.workersUnhealthyCount(), NO_LIMIT, Integer.toString(limits.maxUnhealthy()));
        add("workers_restarted", verdict.workersRestartedCount(), NO_LIMIT, NO_LIMIT);
        add("restart_rate", Metric.decimal(verdict.restartRate()), Metric.decimal(limits.maxRestartRate()));
    }

    private void addCounts(QueueCounts counts) {
        String most = limits.maxPending().isPresent()
                ? Long.toString(limits.maxPending().getAsLong())
                : NO_LIMIT;
        for (TaskState state : HealthDocument.QUEUE_ORDER)
            add("tasks_" + state.word(), counts.of(state), state == TaskState.PENDING ? most : NO_LIMIT, NO_LIMIT);
    }

    private void addAges(QueueAges ages) {
        double age = ages.oldestPendingSec().orElse(0);
        add("oldest_pending", Metric.decimal(age) + "s", limit(limits.maxOldestPending()));
    }

    private void addLatency(Latency latency) {
        String most = limit(limits.maxStartLatencyP95());
        latency.startP95Sec().ifPresent(p95 -> add("start_latency_p95", Metric.decimal(p95) + "s", most));
    }

    private void addThroughput(Throughput throughput) {
        String most = limit(limits.maxFailureRate());
        throughput.failureRate().ifPresent(rate -> add("failure_rate", Metric.decimal(rate), most));
    }

    private static String limit(Optional<Duration> most) {
        return most.map(Figures::seconds).map(Metric::decimal).orElse(NO_LIMIT);
    }

    private static String limit(OptionalDouble most) {
        return Metric.boxed(most).map(Metric::decimal).orElse(NO_LIMIT);
    }

    private void add(String label, String value, String warn) {
        data.add(label + "=" + value + ";" + warn + ";;0");
    }

    private void add(String label, long value, String warn, String critical) {
        data.add(label + "=" + value + ";" + warn + ";" + critical + ";0");
    }
}
