package dev.millrace.healthcheck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.health.GateThresholds;
import dev.millrace.health.HealthReport;
import dev.millrace.json.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HealthCheckTest {
    private static final GateSettings DEFAULTS = request -> GateThresholds.defaults();

    private static void assertErr(Run run, int code, String line) {
        assertThat(run.err()).isEqualTo("[service_health_check] " + line + System.lineSeparator());
        assertThat(run.code()).isEqualTo(code);
    }

    private static String status(Run run) throws Exception {
        return Json.parse(run.out().getBytes(StandardCharsets.UTF_8))
                .path("status")
                .asText();
    }

    @Test
    void a_service_that_is_well_exits_0_and_shows_its_report() throws Exception {
        Run run = Run.of(Run.service("running", 2, 0, 0));
        assertErr(run, 0, "OK: ok");
        assertThat(status(run)).isEqualTo("running");
        assertThat(run.out()).startsWith("{\n  \"app\"").endsWith("}\n");
    }

    @Test
    void an_unhealthy_worker_exits_2_and_the_report_is_shown_all_the_same() throws Exception {
        Run run = Run.of(Run.service("running", 1, 0, 1));
        assertErr(run, 2, "FAIL: 1 worker is unhealthy (limit 0): x0 missing-heartbeat");
        assertThat(status(run)).isEqualTo("running");
    }

    @ParameterizedTest
    @CsvSource({
        "error,3,the service is in status error",
        "degraded,3,the service is in status degraded",
        "idle,4,'the service is idle, and idle is not allowed'",
        "stopped,6,'the service is stopped, and idle is not allowed'",
        "partial,6,the service is only partly stopped; call stop again",
        "'',6,'the service is in status unknown, so nobody knows that it serves'",
        "running,6,'the service says that it is running, but no worker runs'"
    })
    void a_status_that_does_not_pass_has_its_exit_code(String status, int code, String reason) {
        assertErr(Run.of(Run.service(status, 0, 0, 0)), code, "FAIL: " + reason);
    }

    @Test
    void idle_that_is_allowed_exits_0() {
        assertErr(Run.of(Run.service("idle", 0, 0, 0), "--allow-idle"), 0, "OK: ok");
    }

    @Test
    void too_many_restarts_exit_5() {
        Run run = Run.of(Run.service("running", 2, 1, 0));
        assertErr(run, 5, "FAIL: restart rate 0.500 (1 restarted, 2 running) is above the limit 0.250");
    }

    @Test
    void a_missed_objective_exits_7() {
        GateSettings objective = request -> GateThresholds.defaults().withMaxPending(10);
        Run run = Run.of(objective, Run.service("running", 1, 0, 0));
        assertErr(run, 7, "FAIL: the number of pending tasks is not known (limit 10)");
    }

    @Test
    void the_thresholds_of_the_app_are_used() {
        GateSettings lenient =
                request -> GateThresholds.defaults().withMaxUnhealthy(1).withMaxRestartRate(0.5);
        assertErr(Run.of(lenient, Run.service("running", 2, 1, 1)), 0, "OK: ok");
    }

    @Test
    void the_command_line_wins_over_the_app_one_threshold_at_a_time() {
        GateSettings lenient = request -> GateThresholds.defaults()
                .withAllowIdle(true)
                .withMaxUnhealthy(1)
                .withMaxRestartRate(1);
        assertThat(Run.of(lenient, Run.service("running", 2, 1, 1), "--max-unhealthy", "0")
                        .code())
                .isEqualTo(2);
        assertThat(Run.of(lenient, Run.service("running", 2, 1, 1), "--max-restart-rate", "0.4")
                        .code())
                .isEqualTo(5);
        assertThat(Run.of(lenient, Run.service("idle", 0, 0, 0), "--no-allow-idle")
                        .code())
                .isEqualTo(4);
        assertThat(Run.of(lenient, Run.service("idle", 0, 0, 0)).code()).isZero();
    }

    @Test
    void what_is_asked_for_reaches_the_service() {
        List<Request> asked = new ArrayList<>();
        HealthReport report = HealthReport.of(1, "a", "t", "idle", HealthReport.Workers.none());
        HealthSource recording = request -> {
            asked.add(request);
            return report;
        };
        Run.of(recording, "--health-output-path", "out/h.json", "--apps-path", "/apps", "--observe", "--share", "/s");
        assertThat(asked).singleElement().satisfies(request -> {
            assertThat(request.app()).isEqualTo("mycode");
            assertThat(request.healthOutputPath()).contains(Path.of("out/h.json"));
            assertThat(request.appsPath()).contains(Path.of("/apps"));
            assertThat(request.share()).contains(Path.of("/s"));
            assertThat(request.observe()).isTrue();
        });
    }

    @Test
    void metrics_are_shown_whatever_the_verdict() {
        Run run = Run.of(Run.service("idle", 0, 0, 0), "--format", "prometheus");
        assertThat(run.out())
                .startsWith("# HELP agilab_service_workers_running_count ")
                .contains("agilab_service_health_gate_pass{app=\"mycode\",target=\"mycode\"} 0\n")
                .contains("agilab_service_health_gate_code{app=\"mycode\",target=\"mycode\"} 4\n");
        assertErr(run, 4, "FAIL: the service is idle, and idle is not allowed");
    }

    @ParameterizedTest
    @CsvSource({"running,2,0,OK", "running,0,2,CRITICAL", "idle,0,2,CRITICAL", "unknown,0,3,UNKNOWN"})
    void nagios_gets_one_line_and_its_own_exit_codes(String status, int running, int code, String word) {
        Run run = Run.of(Run.service(status, running, 0, 0), "--format", "nagios");
        assertThat(run.code()).isEqualTo(code);
        assertThat(run.out()).startsWith("MILLRACE " + word + " - mycode: ").hasLineCount(1);
    }

    @Test
    void restarts_are_a_warning_for_nagios() {
        Run run = Run.of(Run.service("running", 1, 1, 0), "--format", "nagios");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.out()).startsWith("MILLRACE WARNING - mycode: restart rate 1.000");
    }

    @Test
    void a_service_that_cannot_be_asked_exits_1_and_standard_output_stays_empty() {
        Run run = Run.of(request -> {
            throw new NoSuchFileException("/share/service/mycode");
        });
        assertErr(run, 1, "ERROR: NoSuchFileException: /share/service/mycode");
        assertThat(run.out()).isEmpty();
    }

    @Test
    void settings_that_are_wrong_exit_1_before_anybody_is_asked() {
        GateSettings broken = request -> {
            throw new IllegalArgumentException("max_unhealthy must be a whole number,\n not 'two'");
        };
        Run run = Run.of(broken, request -> {
            throw new AssertionError("asked");
        });
        assertErr(run, 1, "ERROR: IllegalArgumentException: max_unhealthy must be a whole number, not 'two'");
    }

    @Test
    void an_error_of_the_machine_exits_1_too() {
        Run run = Run.of(request -> {
            throw new NoClassDefFoundError("dev/millrace/Missing");
        });
        assertErr(run, 1, "ERROR: NoClassDefFoundError: dev/millrace/Missing");
    }

    @Test
    void an_exception_without_a_text_is_named() {
        Run run = Run.of(request -> {
            throw new IllegalStateException();
        });
        assertErr(run, 1, "ERROR: IllegalStateException");
    }

    @Test
    void nagios_is_told_unknown_when_the_service_cannot_be_asked() {
        HealthSource broken = request -> {
            throw new IOException("share | gone");
        };
        Run run = Run.of(broken, "--format", "nagios");
        assertThat(run.out()).isEqualTo("MILLRACE UNKNOWN - IOException: share / gone\n");
        assertErr(run, 3, "ERROR: IOException: share | gone");
    }

    @Test
    void a_service_that_does_not_answer_in_time_exits_1() {
        CountDownLatch never = new CountDownLatch(1);
        HealthSource hanging = request -> {
            never.await();
            throw new AssertionError("answered");
        };
        Run run = Run.of(hanging, "--timeout", "0.05");
        assertErr(run, 1, "ERROR: no answer within 0.05 s; see whether the share answers, or raise --timeout");
        assertThat(run.out()).isEmpty();
    }

    @Test
    void verbose_tells_thresholds_and_facts_and_where_an_exception_comes_from() {
        assertThat(Run.of(Run.service("running", 1, 0, 0), "--verbose").err())
                .contains("gate: GateThresholds[", "\"workers_running_count\":1", "OK: ok");
        HealthSource broken = request -> {
            throw new IOException("gone");
        };
        assertThat(Run.of(broken, "--verbose", "2").err()).contains("ERROR: IOException: gone", "\tat dev.millrace");
    }

    @Test
    void an_answer_that_cannot_be_written_is_no_success() {
        PrintStream full = new PrintStream(
                new OutputStream() {
                    @Override
                    public void write(int b) throws IOException {
                        throw new IOException("No space left on device");
                    }
                },
                false,
                StandardCharsets.UTF_8);
        PrintStream silent = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        HealthCheck check = new HealthCheck(DEFAULTS, Run.service("running", 1, 0, 0), full, silent);
        assertThat(check.run(List.of("--app", "mycode"))).isEqualTo(1);
    }
}
