package dev.millrace.healthcheck;

import dev.millrace.health.GateThresholds;
import dev.millrace.health.HealthReport;
import dev.millrace.health.HealthReport.Workers;
import dev.millrace.health.WorkerHealth;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * One run of the command against a made-up service, and what came of it.
 *
 * @param code the exit code
 * @param out standard output
 * @param err standard error
 */
record Run(int code, String out, String err) {

    /** The command with {@code --app mycode} and more arguments, thresholds at their defaults. */
    static Run of(HealthSource source, String... more) {
        return of(request -> GateThresholds.defaults(), source, more);
    }

    static Run of(GateSettings settings, HealthSource source, String... more) {
        List<String> args = new ArrayList<>(List.of("--app", "mycode"));
        args.addAll(List.of(more));
        return bare(settings, source, args);
    }

    static Run bare(GateSettings settings, HealthSource source, List<String> args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = new HealthCheck(settings, source, printer(out), printer(err)).run(args);
        return new Run(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private static PrintStream printer(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, false, StandardCharsets.UTF_8);
    }

    /** A service in this status with so many running, restarted and unhealthy workers. */
    static HealthSource service(String status, int running, int restarted, int unhealthy) {
        List<WorkerHealth> rows = new ArrayList<>();
        for (String name : names(running)) rows.add(row(name, true));
        for (int i = 0; i < unhealthy; i++) rows.add(row("x" + i, false));
        Workers workers = new Workers(names(running), List.of(), names(restarted), Map.of(), rows);
        HealthReport report = HealthReport.of(1795225087.5, "mycode_project", "mycode", status, workers);
        return request -> report;
    }

    private static List<String> names(int count) {
        return IntStream.range(0, count).mapToObj(i -> "w" + i).toList();
    }

    private static WorkerHealth row(String name, boolean healthy) {
        String reason = healthy ? "" : WorkerHealth.MISSING_HEARTBEAT;
        return WorkerHealth.of(name, "pending", "running", OptionalDouble.of(0.5), healthy, reason);
    }
}
