package dev.millrace.health;

import dev.millrace.health.HealthReport.Cleanup;
import dev.millrace.health.HealthReport.Surroundings;
import dev.millrace.health.HealthReport.Workers;
import dev.millrace.health.Measures.Latency;
import dev.millrace.health.Measures.QueueAges;
import dev.millrace.health.Measures.Steward;
import dev.millrace.health.Measures.Throughput;
import dev.millrace.health.WorkerHealth.Life;
import dev.millrace.health.WorkerHealth.Work;
import dev.millrace.queue.QueueCounts;
import dev.millrace.task.TaskState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/** Reports to test with. */
final class Reports {
    static final double NOON = 1795225087.166985;

    private Reports() {}

    static WorkerHealth well(String name) {
        return WorkerHealth.of(name, "pending", "running", OptionalDouble.of(0.25), true, "");
    }

    static WorkerHealth ill(String name, String reason) {
        return WorkerHealth.of(name, "pending", "running", OptionalDouble.of(12), false, reason);
    }

    static WorkerHealth missing(String name) {
        String reason = WorkerHealth.MISSING_HEARTBEAT;
        return WorkerHealth.of(name, "pending", WorkerHealth.MISSING, OptionalDouble.empty(), false, reason);
    }

    static HealthReport of(String status, List<String> running, List<String> restarted, List<WorkerHealth> rows) {
        Workers workers = new Workers(running, List.of(), restarted, Map.of(), rows);
        return HealthReport.of(NOON, "mycode_project", "mycode", status, workers);
    }

    /** A service without workers, in this status. */
    static HealthReport empty(String status) {
        return of(status, List.of(), List.of(), List.of());
    }

    /** A service whose workers {@code w0, w1, ...} are all well, of which the first few were restarted. */
    static HealthReport running(int workers, int restarted) {
        List<String> names = names(workers);
        return of(
                "running",
                names,
                names(restarted),
                names.stream().map(Reports::well).toList());
    }

    /** A running service with so many workers that are well and so many that are not. */
    static HealthReport withIll(int well, int ill) {
        List<WorkerHealth> rows = new ArrayList<>();
        names(well).forEach(name -> rows.add(well(name)));
        IntStream.range(0, ill).forEach(i -> rows.add(missing("x" + i)));
        return of("running", names(well), List.of(), rows);
    }

    private static List<String> names(int count) {
        return IntStream.range(0, count).mapToObj(i -> "w" + i).toList();
    }

    static QueueCounts counts(long pending) {
        return new QueueCounts(Map.of(TaskState.PENDING, pending, TaskState.DONE, 7L, TaskState.SCHEDULED, 3L));
    }

    static QueueAges ages(double oldestPending) {
        return new QueueAges(OptionalDouble.of(oldestPending), OptionalDouble.of(1.5), OptionalDouble.empty());
    }

    static Latency latency(double startP95) {
        return new Latency(
                OptionalDouble.of(0.001),
                OptionalDouble.of(startP95),
                OptionalDouble.of(0.5),
                OptionalDouble.of(2),
                100);
    }

    static Throughput throughput(double failureRate) {
        return new Throughput(120, 1.5, OptionalDouble.of(failureRate), 300);
    }

    static Measures measures() {
        return Measures.none()
                .withQueueAges(ages(12))
                .withLatency(latency(0.02))
                .withThroughput(throughput(0.0125))
                .withSteward(new Steward("w0", NOON))
                .withQuarantined(2);
    }

    /** A report in which every field is set. */
    static HealthReport full() {
        WorkerHealth busy = well("w0")
                .withLife(new Life(4711, "here", "0123456789abcdef0123456789abcdef"))
                .withWork(new Work(2, 4, 2, OptionalDouble.of(3.5), OptionalDouble.of(0.75), OptionalLong.of(1 << 20)))
                .withRestarts(1);
        Workers workers = new Workers(
                List.of("w0"), List.of("w1"), List.of("w0"), Map.of("w0", "loop-error"), List.of(busy, missing("w1")));
        Surroundings surroundings = Surroundings.none()
                .withClientStatus("running")
                .withHeartbeatTimeoutSec(5)
                .withQueueDir("/share/service/mycode/queue")
                .withCleanup(new Cleanup(1, 2, 3));
        return HealthReport.of(NOON, "mycode_project", "mycode", "running", workers)
                .withQueue(counts(5))
                .withSurroundings(surroundings)
                .withMeasures(measures());
    }
}
