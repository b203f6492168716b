package dev.millrace.health;

import dev.millrace.health.Metric.Sample;
import dev.millrace.health.WorkerHealth.Work;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Our metrics of single workers, labelled {@code worker}. */
final class WorkerMetrics {
    static final List<Metric> ALL = List.of(
            each(
                    "millrace_worker_healthy",
                    "1 when the worker is healthy.",
                    row -> Optional.of(row.healthy() ? "1" : "0")),
            each(
                    "millrace_worker_heartbeat_age_seconds",
                    "Time since the last beat.",
                    row -> Metric.boxed(row.heartbeatAgeSec()).map(Metric::decimal)),
            each(
                    "millrace_worker_busy_slots",
                    "Slots in use.",
                    row -> row.work().map(work -> Integer.toString(work.busySlots()))),
            each(
                    "millrace_worker_slots",
                    "Tasks that the worker can run at once.",
                    row -> row.work().map(work -> Integer.toString(work.slots()))),
            each(
                    "millrace_worker_oldest_task_seconds",
                    "Run time of its oldest task; absent when it runs none.",
                    row -> row.work()
                            .map(Work::oldestTaskSec)
                            .flatMap(Metric::boxed)
                            .map(Metric::decimal)),
            each(
                    "millrace_worker_cpu_cores",
                    "Processor use, 1 is one core.",
                    row -> row.work().map(Work::cpu).flatMap(Metric::boxed).map(Metric::decimal)),
            each(
                    "millrace_worker_memory_bytes",
                    "Resident memory.",
                    row -> row.work()
                            .flatMap(work -> work.memoryBytes().stream()
                                    .mapToObj(Long::toString)
                                    .findFirst())),
            each(
                    "millrace_worker_restarts",
                    "Restarts since the service was started.",
                    row -> Optional.of(Long.toString(row.restarts()))));

    private WorkerMetrics() {}

    private static Metric each(String name, String help, Function<WorkerHealth, Optional<String>> value) {
        return new Metric(
                name,
                help,
                judged -> named(judged.report()).stream()
                        .flatMap(row ->
                                value.apply(row).stream().map(text -> Sample.labelled("worker", row.worker(), text)))
                        .toList());
    }

    /** The same labels twice would make the whole text invalid: the first row of a name counts, nameless ones do not. */
    private static Collection<WorkerHealth> named(HealthReport report) {
        Map<String, WorkerHealth> byName = new LinkedHashMap<>();
        for (WorkerHealth row : report.workers().rows())
            if (!row.worker().isBlank()) byName.putIfAbsent(row.worker(), row);
        return byName.values();
    }
}
