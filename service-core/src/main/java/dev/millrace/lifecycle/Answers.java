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
import org.jspecify.annotations.Nullable;

/** Puts facts into the form of an answer, see the tables of AGILAB's serve. */
final class Answers {
    private final AppEnv env;
    private final Time time;
    private @Nullable Measures lastMeasures;

    Answers(AppEnv env, Time time) {
        this.env = env;
        this.time = time;
    }

    ServeReport running(ServiceFacts facts, List<RestartLedger.Launch> restarts, RetentionReport cleanup) {
        lastMeasures = facts.measures();
        return ServeReport.of(facts.status(), facts.running(), facts.ended())
                .with(new ServeReport.Counted(facts.counts(), facts.record().queueDir(), cleanup))
                .with(crew(facts, restarts))
                .withLaunchErrors(facts.launchErrors())
                .withFlags(List.of(), facts.message());
    }

    private ServeReport.Crew crew(ServiceFacts facts, List<RestartLedger.Launch> restarts) {
        return new ServeReport.Crew(
                seconds(facts.record().settings().timing().heartbeatTimeout()),
                facts.rows(time.epochSeconds()),
                restarts.stream().map(RestartLedger.Launch::worker).distinct().toList(),
                ServiceFacts.reasons(restarts));
    }

    ServeReport fresh(ServiceFacts facts, StartOperation.Started started) {
        return running(facts, List.of(), started.cleanup()).with(started.recovery());
    }

    ServeReport idle(QueueCounts counts, Path queueDir, RetentionReport cleanup, Duration heartbeatTimeout) {
        lastMeasures = null;
        return ServeReport.of("idle", List.of(), List.of())
                .with(new ServeReport.Counted(counts, queueDir, cleanup))
                .with(new ServeReport.Crew(seconds(heartbeatTimeout), List.of(), List.of(), Map.of()));
    }

    ServeReport unproven(List<String> workers, String message) {
        lastMeasures = null;
        return ServeReport.of("error", List.of(), workers)
                .withFlags(List.of(ServeReport.Flag.RECOVERY_REQUIRED), message);
    }

    ServeReport partial(StopOperation.Stopped result) {
        return unfinished(
                result,
                "still running: " + String.join(", ", result.alive())
                        + "; wait and stop again, or stop with --force to kill them (their tasks go back to the queue)");
    }

    /** Not all workers could be parked. */
    ServeReport busy(StopOperation.Stopped result) {
        return unfinished(result, "still busy: " + String.join(", ", result.alive()) + "; wait and stop again");
    }

    private ServeReport unfinished(StopOperation.Stopped result, String whatToDo) {
        lastMeasures = null;
        return ServeReport.of("partial", result.stopped(), result.alive())
                .withFlags(abandoned(result), message(result, whatToDo))
                .withFlags(List.of(ServeReport.Flag.RECOVERY_REQUIRED), "");
    }

    ServeReport stopped(StopOperation.Stopped result, List<ServeReport.Flag> flags) {
        lastMeasures = null;
        return ServeReport.of("stopped", result.stopped(), List.of())
                .withFlags(flags, "")
                .withFlags(abandoned(result), message(result, ""));
    }

    private static List<ServeReport.Flag> abandoned(StopOperation.Stopped result) {
        return result.abandoned().isEmpty() ? List.of() : List.of(ServeReport.Flag.ABANDONED);
    }

    private static String message(StopOperation.Stopped result, String whatToDo) {
        List<String> parts = new ArrayList<>();
        if (!whatToDo.isEmpty()) parts.add(whatToDo);
        if (!result.abandoned().isEmpty())
            parts.add("given up: " + String.join(", ", result.abandoned())
                    + "; should they still run, they end when they come to see the share, and their tasks return when"
                    + " their beats fall silent");
        parts.addAll(result.troubles());
        return String.join("; ", parts);
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

    private static double seconds(Duration length) {
        return length.toNanos() / 1e9;
    }
}
