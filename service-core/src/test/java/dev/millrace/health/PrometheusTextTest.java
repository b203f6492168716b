package dev.millrace.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.health.ExpositionParser.Sample;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrometheusTextTest {
    private static final GateThresholds DEFAULTS = GateThresholds.defaults();

    private static String text(HealthReport report, GateThresholds thresholds, String app) {
        Verdict verdict = HealthGate.evaluate(report, thresholds);
        return HealthFormat.PROMETHEUS.render(report, verdict, thresholds, app, "mycode");
    }

    private static List<Sample> samples(HealthReport report, GateThresholds thresholds) {
        return ExpositionParser.parse(text(report, thresholds, "mycode_project"));
    }

    private static String value(List<Sample> samples, String name, String label, String labelValue) {
        return samples.stream()
                .filter(sample -> sample.name().equals(name))
                .filter(sample ->
                        label.isEmpty() || labelValue.equals(sample.labels().get(label)))
                .map(Sample::written)
                .findFirst()
                .orElse("absent");
    }

    @Test
    void the_metrics_of_agilab_come_first_in_its_order_and_number_format() {
        String first = """
                # HELP agilab_service_workers_running_count Workers that run.
                # TYPE agilab_service_workers_running_count gauge
                agilab_service_workers_running_count{app="mycode_project",target="mycode"} 4
                """;
        HealthReport report = Reports.running(4, 2);
        assertThat(text(report, DEFAULTS, "mycode_project")).startsWith(first);
        assertThat(samples(report, DEFAULTS).stream().limit(15).map(s -> s.name() + " " + s.written()))
                .containsExactly(
                        "agilab_service_workers_running_count 4",
                        "agilab_service_workers_unhealthy_count 0",
                        "agilab_service_workers_restarted_count 2",
                        "agilab_service_restart_rate 0.500000",
                        "agilab_service_health_gate_pass 0",
                        "agilab_service_health_gate_code 5",
                        "agilab_service_sla_allow_idle 0",
                        "agilab_service_sla_max_unhealthy 0",
                        "agilab_service_sla_max_restart_rate 0.250000",
                        "agilab_service_status 1",
                        "agilab_service_status 0",
                        "agilab_service_status 0",
                        "agilab_service_status 0",
                        "agilab_service_status 0",
                        "agilab_service_status 0");
    }

    @Test
    void the_status_is_one_hot_over_the_six_that_agilab_knows() {
        List<Sample> samples = samples(Reports.empty("Idle"), DEFAULTS);
        assertThat(samples.stream()
                        .filter(sample -> sample.name().equals("agilab_service_status"))
                        .map(sample -> sample.labels().get("state") + "=" + sample.written()))
                .containsExactly("running=0", "idle=1", "degraded=0", "error=0", "stopped=0", "unknown=0");
    }

    @Test
    void another_status_gets_a_sample_of_its_own() {
        List<Sample> samples = samples(Reports.empty("partial"), DEFAULTS);
        assertThat(samples.stream()
                        .filter(sample -> sample.name().equals("agilab_service_status"))
                        .map(sample -> sample.labels().get("state") + "=" + sample.written()))
                .containsExactly("running=0", "idle=0", "degraded=0", "error=0", "stopped=0", "unknown=0", "partial=1");
    }

    @Test
    void app_and_target_stand_first_on_every_sample() {
        assertThat(samples(Reports.full(), DEFAULTS))
                .allSatisfy(sample -> assertThat(
                                List.copyOf(sample.labels().keySet()).subList(0, 2))
                        .containsExactly("app", "target"));
    }

    @Test
    void ours_follow_with_queue_latency_throughput_and_workers() {
        List<Sample> samples = samples(Reports.full(), DEFAULTS);
        assertThat(value(samples, "millrace_queue_tasks", "state", "pending")).isEqualTo("5");
        assertThat(value(samples, "millrace_queue_tasks", "state", "cancelled")).isEqualTo("0");
        assertThat(value(samples, "millrace_queue_oldest_pending_seconds", "", ""))
                .isEqualTo("12.000000");
        assertThat(value(samples, "millrace_queue_oldest_scheduled_due_seconds", "", ""))
                .isEqualTo("0.000000");
        assertThat(value(samples, "millrace_start_latency_seconds", "quantile", "0.95"))
                .isEqualTo("0.020000");
        assertThat(value(samples, "millrace_run_time_seconds", "quantile", "0.5"))
                .isEqualTo("0.500000");
        assertThat(value(samples, "millrace_failure_rate", "", "")).isEqualTo("0.012500");
        assertThat(value(samples, "millrace_steward_info", "worker", "w0")).isEqualTo("1");
        assertThat(value(samples, "millrace_worker_healthy", "worker", "w1")).isEqualTo("0");
        assertThat(value(samples, "millrace_worker_memory_bytes", "worker", "w0"))
                .isEqualTo("1048576");
        assertThat(value(samples, "millrace_worker_memory_bytes", "worker", "w1"))
                .isEqualTo("absent");
        assertThat(value(samples, "millrace_worker_restarts", "worker", "w0")).isEqualTo("1");
        assertThat(value(samples, "millrace_report_timestamp_seconds", "", "")).isEqualTo("1795225087.166985");
    }

    @Test
    void objectives_are_told_when_they_are_set() {
        GateThresholds set =
                DEFAULTS.withMaxOldestPending(Duration.ofSeconds(90)).withMaxPending(7);
        List<Sample> samples = samples(Reports.full(), set);
        assertThat(value(samples, "millrace_objective_max_oldest_pending_seconds", "", ""))
                .isEqualTo("90.000000");
        assertThat(value(samples, "millrace_objective_max_pending", "", "")).isEqualTo("7");
        assertThat(value(samples, "millrace_objective_max_failure_rate", "", ""))
                .isEqualTo("absent");
    }

    @Test
    void what_was_not_measured_has_no_metric_and_no_header() {
        assertThat(text(Reports.running(1, 0), DEFAULTS, "a"))
                .doesNotContain("millrace_queue", "millrace_failure_rate", "millrace_steward")
                .contains("millrace_worker_healthy");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\"b", "a\\b", "a\nb", "\\n", "é\u2028}, {", "", "a,b=\"c\"}"})
    void any_name_survives_the_labels(String app) {
        String status = "odd" + app;
        HealthReport report = Reports.of(status, List.of(app), List.of(), List.of(Reports.well("w" + app)));
        List<Sample> samples = ExpositionParser.parse(text(report, DEFAULTS, app));
        assertThat(samples).allSatisfy(sample -> assertThat(sample.labels()).containsEntry("app", app));
        assertThat(value(samples, "millrace_worker_healthy", "worker", "w" + app))
                .isEqualTo("1");
        assertThat(value(samples, "agilab_service_status", "state", status)).isEqualTo("1");
    }

    @Test
    void two_rows_of_one_name_and_rows_without_a_name_do_not_spoil_the_text() {
        WorkerHealth nameless = Reports.well("");
        HealthReport report = Reports.of(
                "running",
                List.of("w"),
                List.of(),
                List.of(Reports.well("w"), Reports.ill("w", "loop-error"), nameless, nameless));
        assertThat(value(samples(report, DEFAULTS), "millrace_worker_healthy", "worker", "w"))
                .isEqualTo("1");
    }

    @Test
    void the_parser_of_this_test_refuses_what_prometheus_refuses() {
        String good = "# HELP a x\n# TYPE a gauge\na{b=\"c\"} 1\n";
        assertThat(ExpositionParser.parse(good).get(0).labels()).isEqualTo(Map.of("b", "c"));
        for (String bad : List.of(
                good.trim(),
                good + "\n",
                good + "a{b=\"c\"} 2\n",
                good + "b{b=\"c\"} 1\n",
                good + good,
                "a{b=\"c\"} 1\n",
                good.replace("\"c\"", "\"\\c\""),
                good.replace("\"c\"", "\"c\"d\""),
                good.replace("\"c\"", "\"c\","),
                good.replace("gauge", "gage")))
            assertThatThrownBy(() -> ExpositionParser.parse(bad)).as(bad).isInstanceOf(AssertionError.class);
    }
}
