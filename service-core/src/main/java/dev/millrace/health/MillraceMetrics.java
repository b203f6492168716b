package dev.millrace.health;

import dev.millrace.health.Measures.Latency;
import dev.millrace.health.Measures.QueueAges;
import dev.millrace.health.Measures.Throughput;
import dev.millrace.health.Metric.Sample;
import dev.millrace.queue.QueueCounts;
import dev.millrace.task.TaskState;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Stream;

/** Our metrics of the service as a whole. They stand after AGILAB's and before those of single workers. */
final class MillraceMetrics {
    static final List<Metric> ALL = List.of(
            Metric.figure(
                    "millrace_report_timestamp_seconds",
                    "When the facts were gathered, Unix time.",
                    judged -> judged.report().timestamp()),
            new Metric(
                    "millrace_queue_tasks",
                    "Task files in each state.",
                    judged ->
                            judged.report().queue().map(MillraceMetrics::tasks).orElse(List.of())),
            age("pending", "Age of the oldest pending task, 0 when none waits.", QueueAges::oldestPendingSec),
            age(
                    "running",
                    "Time since the oldest running task was claimed, 0 when none runs.",
                    QueueAges::oldestRunningSec),
            age(
                    "scheduled_due",
                    "How long the most overdue scheduled task is overdue, 0 when none is.",
                    QueueAges::oldestScheduledDueSec),
            Metric.optionalCount(
                    "millrace_quarantined_files",
                    "Files in failed/ that could not be read as tasks.",
                    judged -> judged.report().measures().quarantined()),
            latency(
                    "start_latency",
                    "Time from ready to started, by quantile.",
                    Latency::startP50Sec,
                    Latency::startP95Sec),
            latency("run_time", "Time from started to finished, by quantile.", Latency::runP50Sec, Latency::runP95Sec),
            Metric.optionalCount(
                    "millrace_latency_samples", "Tasks that the quantiles are taken from.", MillraceMetrics::samples),
            rate("millrace_done_per_minute", "Tasks done in a minute.", rates -> Optional.of(rates.donePerMin())),
            rate("millrace_failed_per_minute", "Tasks failed in a minute.", rates -> Optional.of(rates.failedPerMin())),
            rate(
                    "millrace_failure_rate",
                    "Failed among finished tasks; absent when none finished.",
                    rates -> Metric.boxed(rates.failureRate())),
            rate(
                    "millrace_throughput_window_seconds",
                    "The time over which the rates are taken.",
                    rates -> Optional.of(rates.windowSec())),
            new Metric(
                    "millrace_steward_info",
                    "1, labelled with the worker that does the housekeeping.",
                    judged -> judged.report().measures().steward().stream()
                            .map(steward -> Sample.labelled("worker", steward.worker(), "1"))
                            .toList()),
            Metric.optional(
                    "millrace_objective_max_oldest_pending_seconds",
                    "The objective, when it is set.",
                    judged -> judged.thresholds().maxOldestPending().map(Figures::seconds)),
            Metric.optional(
                    "millrace_objective_max_start_latency_p95_seconds",
                    "The objective, when it is set.",
                    judged -> judged.thresholds().maxStartLatencyP95().map(Figures::seconds)),
            Metric.optional(
                    "millrace_objective_max_failure_rate",
                    "The objective, when it is set.",
                    judged -> Metric.boxed(judged.thresholds().maxFailureRate())),
            Metric.optionalCount(
                    "millrace_objective_max_pending",
                    "The objective, when it is set.",
                    judged -> judged.thresholds().maxPending()));

    private MillraceMetrics() {}

    private static List<Sample> tasks(QueueCounts counts) {
        return HealthDocument.QUEUE_ORDER.stream()
                .map(state -> tasks(counts, state))
                .toList();
    }

    private static Sample tasks(QueueCounts counts, TaskState state) {
        return Sample.labelled("state", state.word(), Long.toString(counts.of(state)));
    }

    private static Metric age(String of, String help, Function<QueueAges, OptionalDouble> age) {
        return Metric.optional(
                "millrace_queue_oldest_" + of + "_seconds",
                help,
                judged -> judged.report()
                        .measures()
                        .queueAges()
                        .map(ages -> age.apply(ages).orElse(0)));
    }

    private static Metric latency(
            String of, String help, Function<Latency, OptionalDouble> p50, Function<Latency, OptionalDouble> p95) {
        return new Metric(
                "millrace_" + of + "_seconds",
                help,
                judged -> judged.report().measures().latency().stream()
                        .flatMap(latency -> Stream.concat(
                                quantile("0.5", p50.apply(latency)), quantile("0.95", p95.apply(latency))))
                        .toList());
    }

    private static Stream<Sample> quantile(String quantile, OptionalDouble value) {
        return value.stream().mapToObj(seconds -> Sample.labelled("quantile", quantile, Metric.decimal(seconds)));
    }

    private static OptionalLong samples(Judged judged) {
        return judged.report().measures().latency().stream()
                .mapToLong(Latency::samples)
                .findFirst();
    }

    private static Metric rate(String name, String help, Function<Throughput, Optional<Double>> rate) {
        return Metric.optional(
                name, help, judged -> judged.report().measures().throughput().flatMap(rate));
    }
}
