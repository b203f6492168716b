package dev.millrace.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.health.GateThresholds;
import dev.millrace.health.HealthGate;
import dev.millrace.health.HealthReport;
import dev.millrace.health.Verdict;
import dev.millrace.settings.ServeOptions;
import dev.millrace.task.Task;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A pile of tasks that share files is as alarming as one of tasks that have files of their own. */
class PileInBatchesTest extends WhyWorld {
    @Test
    void the_gate_sees_how_long_tasks_that_share_a_file_have_waited() throws Exception {
        Files.writeString(queue.layout().runtimes(), "{\"runtimes\":{\"k\":0.0001}}");
        queue.submitAll(List.of(Task.of("k"), Task.of("k")));
        time.advance(Duration.ofHours(3));
        beat(w1, 0, 2);
        beat(w2, 0, 2);
        new ServiceFiles(disk, env.serviceFolder()).writeRecord(record);
        try (Service service = Service.open(env, ports)) {
            HealthReport health = service.health(ServeOptions.defaults().withObserve(true));
            GateThresholds patient = GateThresholds.defaults().withMaxOldestPending(Duration.ofHours(4));
            assertThat(HealthGate.evaluate(health, patient).code()).isZero();
            GateThresholds strict = patient.withMaxOldestPending(Duration.ofHours(1));
            Verdict verdict = HealthGate.evaluate(health, strict);
            assertThat(verdict.code()).isEqualTo(7);
            assertThat(verdict.reason()).contains("the oldest pending task has waited 10800");
        }
    }
}
