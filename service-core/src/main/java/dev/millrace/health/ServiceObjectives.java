package dev.millrace.health;

import dev.millrace.queue.QueueCounts;
import dev.millrace.task.TaskState;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * Rule 7 of the gate. An objective that is set must be shown to be met: a report that does not carry the figure misses
 * it, while a figure that is carried and empty (no task waited, none finished) meets it.
 *
 * <p>How fast tasks start and how many fail is asked only of a service that runs. How much waits is asked always: a
 * service may be off, and the pile in front of it may still be too high.
 */
final class ServiceObjectives {
    private final HealthReport report;
    private final GateThresholds thresholds;
    private final List<String> missed = new ArrayList<>();

    ServiceObjectives(HealthReport report, GateThresholds thresholds) {
        this.report = report;
        this.thresholds = thresholds;
    }

    /** One clause for each objective that is missed, with value and limit. */
    List<String> missed(boolean serving) {
        thresholds.maxOldestPending().ifPresent(this::judgeOldestPending);
        if (serving) thresholds.maxStartLatencyP95().ifPresent(this::judgeStartLatency);
        if (serving) thresholds.maxFailureRate().ifPresent(this::judgeFailureRate);
        thresholds.maxPending().ifPresent(this::judgePending);
        return missed;
    }

    private void judgeOldestPending(Duration most) {
        String limit = "(limit " + seconds(most) + ")";
        if (report.measures().queueAges().isEmpty() && pending().orElse(1) > 0)
            missed.add("the age of the oldest pending task is not known " + limit);
        OptionalDouble age = report.measures()
                .queueAges()
                .map(ages -> ages.oldestPendingSec())
                .orElse(OptionalDouble.empty());
        if (isOver(age, most)) missed.add("the oldest pending task has waited " + seconds(age) + " " + limit);
    }

    private void judgeStartLatency(Duration most) {
        String limit = "(limit " + seconds(most) + ")";
        if (report.measures().latency().isEmpty()) missed.add("the start latency is not known " + limit);
        OptionalDouble p95 = report.measures()
                .latency()
                .map(latency -> latency.startP95Sec())
                .orElse(OptionalDouble.empty());
        if (isOver(p95, most)) missed.add("the 95th percentile of the start latency is " + seconds(p95) + " " + limit);
    }

    private void judgeFailureRate(double most) {
        String limit = "(limit " + figure(most) + ")";
        if (report.measures().throughput().isEmpty()) missed.add("the failure rate is not known " + limit);
        OptionalDouble rate =
                report.measures().throughput().map(rates -> rates.failureRate()).orElse(OptionalDouble.empty());
        if (rate.orElse(0) > most) missed.add("the failure rate is " + figure(rate.orElse(0)) + " " + limit);
    }

    private void judgePending(long most) {
        OptionalLong pending = pending();
        if (pending.isEmpty()) missed.add("the number of pending tasks is not known (limit " + most + ")");
        if (pending.orElse(0) > most) missed.add(pending.orElse(0) + " tasks are pending (limit " + most + ")");
    }

    private OptionalLong pending() {
        return report.queue().map(this::pendingOf).orElse(OptionalLong.empty());
    }

    private OptionalLong pendingOf(QueueCounts counts) {
        return OptionalLong.of(counts.of(TaskState.PENDING));
    }

    private static boolean isOver(OptionalDouble seconds, Duration most) {
        return seconds.orElse(0) > Figures.seconds(most);
    }

    private static String seconds(OptionalDouble length) {
        return figure(length.orElse(0)) + " s";
    }

    private static String seconds(Duration length) {
        return figure(Figures.seconds(length)) + " s";
    }

    /** Without a useless end: {@code 5}, {@code 0.25}. */
    private static String figure(double value) {
        return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
    }
}
