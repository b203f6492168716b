package dev.millrace.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.health.Metric.Sample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class MetricsPageTest {
    private static final Path PAGE = Path.of("..", "docs", "operating", "health-check.md");

    private static final GateThresholds ALL_SET = GateThresholds.defaults()
            .withMaxOldestPending(Duration.ofMinutes(1))
            .withMaxStartLatencyP95(Duration.ofSeconds(1))
            .withMaxFailureRate(0.1)
            .withMaxPending(100);

    /** The row of a metric; one that a report with everything in it does not show would be dead. */
    private static String row(Metric metric) {
        HealthReport full = Reports.full();
        List<Sample> samples = metric.samples().apply(new Judged(full, HealthGate.evaluate(full, ALL_SET), ALL_SET));
        assertThat(samples).as(metric.name()).isNotEmpty();
        String label = String.join("", samples.get(0).labels().keySet());
        return "| `" + metric.name() + "` | " + (label.isEmpty() ? "" : "`" + label + "` ") + "| " + metric.help()
                + " |";
    }

    @Test
    void the_page_lists_exactly_the_metrics_that_there_are() throws IOException {
        assertThat(Files.readAllLines(PAGE).stream().filter(line -> line.matches("\\| `(agilab|millrace)_.*")))
                .containsExactlyElementsOf(PrometheusText.metrics().stream()
                        .map(MetricsPageTest::row)
                        .toList());
    }
}
