package dev.millrace.rpc.method;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.health.GateThresholds;
import dev.millrace.health.HealthGate;
import dev.millrace.health.HealthReport;
import dev.millrace.health.Measures;
import dev.millrace.health.WorkerHealth;
import dev.millrace.lifecycle.Explanation;
import dev.millrace.lifecycle.ServeReport;
import dev.millrace.queue.QueueCounts;
import dev.millrace.queue.RetentionReport;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Answers that no daemon of a test gives: everything is in them that can be. */
class FullAnswersTest {
    private static final OptionalDouble ONE = OptionalDouble.of(1);
    private static final Map<String, String> BY_WORKER = Map.of("app-1", "stale-heartbeat(12.3s)");

    private static WorkerHealth row() {
        return WorkerHealth.of("app-1", "running", "processing", ONE, true, "")
                .withLife(new WorkerHealth.Life(1, "here", "0".repeat(32)))
                .withWork(new WorkerHealth.Work(1, 2, 1, ONE, ONE, OptionalLong.of(1)));
    }

    private static HealthReport health() {
        List<String> names = List.of("app-1");
        return HealthReport.of(
                        1,
                        "app",
                        "app",
                        "running",
                        new HealthReport.Workers(names, names, names, BY_WORKER, List.of(row())))
                .withQueue(QueueCounts.none())
                .withSurroundings(HealthReport.Surroundings.none()
                        .withClientStatus("connected")
                        .withHeartbeatTimeoutSec(10)
                        .withQueueDir("/queue")
                        .withCleanup(new HealthReport.Cleanup(1, 1, 1)))
                .withMeasures(Measures.none()
                        .withQueueAges(new Measures.QueueAges(ONE, ONE, OptionalDouble.empty()))
                        .withLatency(new Measures.Latency(ONE, ONE, ONE, OptionalDouble.empty(), 1))
                        .withThroughput(new Measures.Throughput(1, 1, ONE, 60))
                        .withSteward(new Measures.Steward("app-1", 1))
                        .withQuarantined(1))
                .withPath("/health.json");
    }

    private static ServeReport report() {
        return new ServeReport(
                        "running",
                        List.of("app-1"),
                        List.of("app-2"),
                        Optional.of("connected"),
                        Optional.of(
                                new ServeReport.Counted(QueueCounts.none(), Path.of("/queue"), RetentionReport.none())),
                        Optional.of(new ServeReport.Crew(10, List.of(row()), List.of("app-1"), BY_WORKER)),
                        new ServeReport.Remarks(List.of(ServeReport.Flag.values()), "stop it", BY_WORKER),
                        Optional.of(new ServeReport.Recovery(1, 2)),
                        Optional.empty())
                .withHealth(health(), Optional.of(Path.of("/health.json")));
    }

    @Test
    void a_service_report_has_the_form_that_callers_are_told() {
        ObjectNode report = report().toJson();
        for (String method : List.of("service.start", "service.status", "service.stop"))
            Form.of(method).check(report);
    }

    @Test
    void a_health_document_has_the_form_that_callers_are_told() {
        ObjectNode answer = report().toJson();
        answer.remove("health");
        ObjectNode document = health().toJson().put("message", "stop it");
        document.set(
                "gate", HealthGate.evaluate(health(), GateThresholds.defaults()).shown());
        document.set("answer", answer);
        Form.of("service.health").check(document);
    }

    @Test
    void each_cause_is_named() {
        String causes =
                ServiceAnswers.cause().json().at("/properties/code/description").asText();
        for (Explanation.Code code : Explanation.Code.values())
            assertThat(causes).containsPattern("\\b" + code.name().toLowerCase(Locale.ROOT) + "\\b");
    }
}
