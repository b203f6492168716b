package dev.millrace.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NagiosLineTest {
    private static final GateThresholds DEFAULTS = GateThresholds.defaults();

    private static String line(HealthReport report, GateThresholds thresholds) {
        Verdict verdict = HealthGate.evaluate(report, thresholds);
        return HealthFormat.NAGIOS.render(report, verdict, thresholds, "mycode", "mycode");
    }

    @Test
    void a_service_that_passes_is_ok() {
        assertThat(line(Reports.running(2, 0), DEFAULTS))
                .isEqualTo("MILLRACE OK - mycode: running, workers running: 2 | workers_running=2;;;0"
                        + " workers_unhealthy=0;;0;0 workers_restarted=0;;;0 restart_rate=0.000000;0.250000;;0\n");
    }

    @Test
    void the_limits_of_the_gate_stand_in_the_performance_data() {
        GateThresholds set = DEFAULTS.withMaxUnhealthy(1)
                .withMaxRestartRate(1)
                .withMaxPending(9)
                .withMaxOldestPending(Duration.ofSeconds(60))
                .withMaxStartLatencyP95(Duration.ofSeconds(1))
                .withMaxFailureRate(0.5);
        assertThat(line(Reports.full(), set))
                .startsWith("MILLRACE OK - ")
                .contains(
                        " tasks_pending=5;9;;0 tasks_running=0;;;0 ",
                        " oldest_pending=12.000000s;60.000000;;0 ",
                        " start_latency_p95=0.020000s;1.000000;;0 ",
                        " failure_rate=0.012500;0.500000;;0\n");
    }

    @Test
    void it_is_one_line_whatever_a_worker_is_called() {
        HealthReport report =
                Reports.of("running", List.of("w"), List.of(), List.of(Reports.ill("w|\nx", "odd\treason")));
        String line = line(report, DEFAULTS);
        assertThat(line.indexOf('\n')).isEqualTo(line.length() - 1);
        assertThat(line)
                .startsWith("MILLRACE CRITICAL - mycode: 1 worker is unhealthy (limit 0): w/ x odd reason | workers");
    }

    @ParameterizedTest
    @CsvSource({
        "0,running,0",
        "2,running,2",
        "3,error,2",
        "4,idle,2",
        "5,running,1",
        "6,partial,2",
        "6,stopped,2",
        "6,unknown,3",
        "6,running,2",
        "7,running,1"
    })
    void the_exit_code_is_one_of_the_four_of_a_plugin(int code, String status, int exitCode) {
        Verdict verdict = new Verdict(code, "reason", status, 0, 0, 0, 0);
        assertThat(HealthFormat.NAGIOS.exitCode(verdict)).isEqualTo(exitCode);
    }

    @ParameterizedTest
    @CsvSource({"JSON", "PROMETHEUS"})
    void the_other_forms_exit_with_the_code_of_the_gate(HealthFormat format) {
        for (int code = 0; code < 8; code++)
            assertThat(format.exitCode(new Verdict(code, "reason", "running", 0, 0, 0, 0)))
                    .isEqualTo(code);
    }

    @Test
    void a_service_that_could_not_be_asked_is_unknown() {
        assertThat(HealthFormat.nagiosUnknown("no such app:\n x | y"))
                .isEqualTo("MILLRACE UNKNOWN - no such app: x / y\n");
    }

    @Test
    void forms_are_found_by_their_word_and_by_no_other() {
        assertThat(HealthFormat.of("prometheus")).contains(HealthFormat.PROMETHEUS);
        assertThat(HealthFormat.of("Prometheus")).isEmpty();
        assertThat(HealthFormat.of("xml")).isEmpty();
    }

    @Test
    void json_is_the_report_with_sorted_keys() {
        HealthReport report = Reports.full();
        String text = HealthFormat.JSON.render(report, HealthGate.evaluate(report, DEFAULTS), DEFAULTS, "a", "t");
        assertThat(text).startsWith("{\n  \"app\"").endsWith("}\n");
        assertThat(text.indexOf("\"queue\"")).isLessThan(text.indexOf("\"schema\""));
    }
}
