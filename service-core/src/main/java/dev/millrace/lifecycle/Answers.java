package dev.millrace.lifecycle;

import dev.millrace.health.HealthReport;
import dev.millrace.health.Measures;
import dev.millrace.queue.QueueCounts;
import dev.millrace.queue.RetentionReport;
import dev.millrace.settings.AppEnv;
import dev.millrace.time.Time;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** Puts facts into the form of an answer, see the tables of AGILAB's serve. */
final class Answers {
    private static final String CONNECTED = "connected";

    private final AppEnv env;
    private final Time time;
    private @Nullable Measures lastMeasures;

    Answers(AppEnv env, Time time) {
        this.env = env;
        this.time = time;
    }

    ServeReport running(ServiceFacts facts, List<RestartLedger.Launch> restarts, RetentionReport cleanup) {
        lastMeasures = facts.measures();
        return new ServeReport(
                facts.status(),
                facts.running(),
                facts.ended(),
                Optional.of(CONNECTED),
                Optional.of(facts.counts()),
                Optional.of(facts.record().queueDir()),
                Optional.of(cleanup),
                Optional.empty(),
                seconds(facts.record().settings().timing().heartbeatTimeout()),
                facts.rows(time.epochSeconds()),
                restarts.stream().map(RestartLedger.Launch::worker).distinct().toList(),
                ServiceFacts.reasons(restarts),
                List.of(),
                "",
                Map.of(),
                Optional.empty(),
                Optional.empty());
    }

    ServeReport fresh(ServiceFacts facts, StartOperation.Started started) {
        ServeReport running = running(facts, List.of(), started.cleanup());
        return new ServeReport(
                running.status(),
                running.workers(),
                running.pending(),
                running.clientStatus(),
                running.queue(),
                running.queueDir(),
                running.cleanup(),
                Optional.of(started.recovery()),
                running.heartbeatTimeoutSec(),
                running.workerHealth(),
                List.of(),
                Map.of(),
                List.of(),
                "",
                Map.of(),
                Optional.empty(),
                Optional.empty());
    }

    ServeReport idle(QueueCounts counts, Path queueDir, RetentionReport cleanup, Duration heartbeatTimeout) {
        lastMeasures = null;
        return new ServeReport(
                "idle",
                List.of(),
                List.of(),
                Optional.of(CONNECTED),
                Optional.of(counts),
                Optional.of(queueDir),
                Optional.of(cleanup),
                Optional.empty(),
                seconds(heartbeatTimeout),
                List.of(),
                List.of(),
                Map.of(),
                List.of(),
                "",
                Map.of(),
                Optional.empty(),
                Optional.empty());
    }

    ServeReport unproven(List<String> workers, String message) {
        lastMeasures = null;
        return flagged(
                ServeReport.of("error", List.of(), workers), List.of(ServeReport.Flag.RECOVERY_REQUIRED), message);
    }

    ServeReport partial(StopOperation.Stopped result, boolean shutdown) {
        lastMeasures = null;
        String what = String.join(", ", result.alive());
        return flagged(
                ServeReport.of("partial", result.stopped(), result.alive()),
                List.of(ServeReport.Flag.RECOVERY_REQUIRED),
                shutdown
                        ? "still running: " + what + "; wait and stop again, or stop with --force to kill them (their"
                                + " tasks go back to the queue)"
                        : "still busy: " + what + "; wait and stop again");
    }

    ServeReport stopped(StopOperation.Stopped result, List<ServeReport.Flag> flags) {
        lastMeasures = null;
        return flagged(ServeReport.of("stopped", result.stopped(), List.of()), flags, "");
    }

    private static ServeReport flagged(ServeReport report, List<ServeReport.Flag> flags, String message) {
        return new ServeReport(
                report.status(),
                report.workers(),
                report.pending(),
                Optional.of(CONNECTED),
                report.queue(),
                report.queueDir(),
                report.cleanup(),
                report.recovery(),
                report.heartbeatTimeoutSec(),
                report.workerHealth(),
                report.restarted(),
                report.restartReasons(),
                flags,
                message,
                report.launchErrors(),
                report.health(),
                report.healthPath());
    }

    ServeReport with(ServeReport report, ServeReport.Flag flag) {
        List<ServeReport.Flag> flags = new ArrayList<>(report.flags());
        flags.add(flag);
        return flagged(report, flags, report.message());
    }

    ServeReport with(ServeReport report, HealthReport health, Optional<Path> path) {
        return new ServeReport(
                report.status(),
                report.workers(),
                report.pending(),
                report.clientStatus(),
                report.queue(),
                report.queueDir(),
                report.cleanup(),
                report.recovery(),
                report.heartbeatTimeoutSec(),
                report.workerHealth(),
                report.restarted(),
                report.restartReasons(),
                report.flags(),
                report.message(),
                report.launchErrors(),
                Optional.of(health),
                path);
    }

    /** The health document that belongs to an answer. */
    HealthReport health(ServeReport report) {
        HealthReport health = HealthReport.of(
                        time.epochSeconds(),
                        env.name(),
                        env.target(),
                        report.status(),
                        new HealthReport.Workers(
                                report.workers(),
                                report.pending(),
                                report.restarted(),
                                report.restartReasons(),
                                report.workerHealth()))
                .withSurroundings(surroundings(report));
        if (report.queue().isPresent()) health = health.withQueue(report.queue().get());
        return lastMeasures == null ? health : health.withMeasures(lastMeasures);
    }

    private static HealthReport.Surroundings surroundings(ServeReport report) {
        return new HealthReport.Surroundings(
                report.clientStatus(),
                report.heartbeatTimeoutSec(),
                report.queueDir().map(Path::toString),
                report.cleanup()
                        .map(removed ->
                                new HealthReport.Cleanup(removed.done(), removed.failed(), removed.heartbeats())),
                Optional.empty());
    }

    private static OptionalDouble seconds(Duration length) {
        return OptionalDouble.of(length.toNanos() / 1e9);
    }
}
