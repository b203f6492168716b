package dev.millrace.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.health.Measures.Latency;
import dev.millrace.health.Measures.QueueAges;
import dev.millrace.health.Measures.Throughput;
import dev.millrace.queue.QueueCounts;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HealthGateTest {
    private static final GateThresholds DEFAULTS = GateThresholds.defaults();
    private static final GateThresholds IDLE_ALLOWED = DEFAULTS.withAllowIdle(true);
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private static Verdict judge(HealthReport report, GateThresholds thresholds) {
        return HealthGate.evaluate(report, thresholds);
    }

    private static void assertVerdict(Verdict verdict, int code, String reason) {
        assertThat(verdict.code()).as(verdict.reason()).isEqualTo(code);
        assertThat(verdict.reason()).isEqualTo(reason);
        assertThat(verdict.passed()).isEqualTo(code == 0);
    }

    @Test
    void a_running_service_whose_workers_are_well_passes() {
        assertVerdict(judge(Reports.running(2, 0), DEFAULTS), 0, "ok");
    }

    @Test
    void one_unhealthy_worker_too_many_is_code_2_and_is_named_with_its_reason() {
        assertVerdict(
                judge(Reports.withIll(1, 1), DEFAULTS), 2, "1 worker is unhealthy (limit 0): x0 missing-heartbeat");
    }

    @Test
    void of_many_unhealthy_workers_three_are_named() {
        assertVerdict(
                judge(Reports.withIll(1, 5), DEFAULTS.withMaxUnhealthy(4)),
                2,
                "5 workers are unhealthy (limit 4): x0 missing-heartbeat, x1 missing-heartbeat, x2 missing-heartbeat,"
                        + " and 2 more");
    }

    @Test
    void as_many_unhealthy_workers_as_allowed_pass() {
        assertVerdict(judge(Reports.withIll(1, 2), DEFAULTS.withMaxUnhealthy(2)), 0, "ok");
    }

    @ParameterizedTest
    @CsvSource({
        "error,3,the service is in status error",
        "degraded,3,the service is in status degraded",
        "DEGRADED,3,the service is in status degraded",
        "idle,4,'the service is idle, and idle is not allowed'",
        "Idle,4,'the service is idle, and idle is not allowed'",
        "stopped,6,'the service is stopped, and idle is not allowed'",
        "partial,6,the service is only partly stopped; call stop again",
        "unknown,6,'the service is in status unknown, so nobody knows that it serves'",
        "'',6,'the service is in status unknown, so nobody knows that it serves'",
        "queued,6,'the service is in status queued, so nobody knows that it serves'",
        "running,6,'the service says that it is running, but no worker runs'",
    })
    void without_workers_no_status_passes_while_idle_is_not_allowed(String status, int code, String reason) {
        assertVerdict(judge(Reports.empty(status), DEFAULTS), code, reason);
    }

    @ParameterizedTest
    @CsvSource({"idle,0", "stopped,0", "STOPPED,0", "partial,6", "unknown,6", "queued,6", "running,6", "error,3"})
    void allowing_idle_lets_a_service_be_off_and_nothing_else(String status, int code) {
        assertThat(judge(Reports.empty(status), IDLE_ALLOWED).code()).isEqualTo(code);
    }

    @ParameterizedTest
    @CsvSource({"4,1,0", "4,2,5", "1,1,5", "3,1,5"})
    void restarts_count_as_a_share_of_the_running_workers(int running, int restarted, int code) {
        assertThat(judge(Reports.running(running, restarted), DEFAULTS).code()).isEqualTo(code);
    }

    @Test
    void too_many_restarts_are_code_5_with_rate_and_limit() {
        assertVerdict(
                judge(Reports.running(2, 1), DEFAULTS),
                5,
                "restart rate 0.500 (1 restarted, 2 running) is above the limit 0.250");
    }

    @Test
    void the_rate_is_zero_when_nobody_runs() {
        HealthReport report = Reports.of("idle", List.of(), List.of("w"), List.of());
        Verdict verdict = judge(report, IDLE_ALLOWED);
        assertThat(verdict.restartRate()).isZero();
        assertThat(verdict.passed()).isTrue();
    }

    @Test
    void an_earlier_rule_wins_over_a_later_one() {
        HealthReport everythingWrong =
                Reports.of("error", List.of("w"), List.of("w"), List.of(Reports.ill("w", "loop-error")));
        assertThat(judge(everythingWrong, DEFAULTS).code()).isEqualTo(2);
        assertThat(judge(everythingWrong, DEFAULTS.withMaxUnhealthy(1)).code()).isEqualTo(3);
    }

    @Test
    void the_details_are_what_agilab_tells() {
        assertThat(judge(Reports.running(2, 1), DEFAULTS).details())
                .hasToString("{\"status\":\"running\",\"workers_unhealthy_count\":0,\"workers_running_count\":2,"
                        + "\"workers_restarted_count\":1,\"restart_rate\":0.5}");
    }

    @Test
    void an_objective_that_is_met_or_not_set_passes() {
        HealthReport report = Reports.full();
        GateThresholds lenient = DEFAULTS.withMaxUnhealthy(1).withMaxRestartRate(1);
        assertVerdict(judge(report, lenient), 0, "ok");
        GateThresholds met = lenient.withMaxOldestPending(Duration.ofSeconds(12))
                .withMaxStartLatencyP95(Duration.ofMillis(20))
                .withMaxFailureRate(0.0125)
                .withMaxPending(5);
        assertVerdict(judge(report, met), 0, "ok");
    }

    @Test
    void a_task_that_waits_too_long_is_code_7() {
        HealthReport report = Reports.running(1, 0).withMeasures(Measures.none().withQueueAges(Reports.ages(60.5)));
        assertVerdict(
                judge(report, DEFAULTS.withMaxOldestPending(MINUTE)),
                7,
                "the oldest pending task has waited 60.5 s (limit 60 s)");
    }

    @Test
    void tasks_that_start_late_are_code_7() {
        HealthReport report = Reports.running(1, 0).withMeasures(Measures.none().withLatency(Reports.latency(0.3)));
        assertVerdict(
                judge(report, DEFAULTS.withMaxStartLatencyP95(Duration.ofMillis(250))),
                7,
                "the 95th percentile of the start latency is 0.3 s (limit 0.25 s)");
    }

    @Test
    void too_many_failures_are_code_7() {
        HealthReport report =
                Reports.running(1, 0).withMeasures(Measures.none().withThroughput(Reports.throughput(0.2)));
        assertVerdict(judge(report, DEFAULTS.withMaxFailureRate(0.05)), 7, "the failure rate is 0.2 (limit 0.05)");
    }

    @Test
    void too_many_pending_tasks_are_code_7() {
        HealthReport report = Reports.running(1, 0).withQueue(Reports.counts(11));
        assertVerdict(judge(report, DEFAULTS.withMaxPending(10)), 7, "11 tasks are pending (limit 10)");
    }

    @Test
    void every_objective_that_is_missed_is_named() {
        HealthReport report = Reports.running(1, 0)
                .withQueue(Reports.counts(11))
                .withMeasures(Measures.none().withThroughput(Reports.throughput(0.2)));
        assertVerdict(
                judge(report, DEFAULTS.withMaxPending(10).withMaxFailureRate(0.1)),
                7,
                "the failure rate is 0.2 (limit 0.1); 11 tasks are pending (limit 10)");
    }

    @Test
    void an_objective_that_cannot_be_judged_is_missed() {
        GateThresholds all = DEFAULTS.withMaxOldestPending(MINUTE)
                .withMaxStartLatencyP95(MINUTE)
                .withMaxFailureRate(0.5)
                .withMaxPending(10);
        assertVerdict(
                judge(Reports.running(1, 0), all),
                7,
                "the age of the oldest pending task is not known (limit 60 s); the start latency is not known"
                        + " (limit 60 s); the failure rate is not known (limit 0.5);"
                        + " the number of pending tasks is not known (limit 10)");
    }

    @Test
    void nothing_waited_and_nothing_finished_meets_every_objective() {
        OptionalDouble none = OptionalDouble.empty();
        Measures nothingHappened = Measures.none()
                .withQueueAges(new QueueAges(none, none, none))
                .withLatency(new Latency(none, none, none, none, 0))
                .withThroughput(new Throughput(0, 0, none, 60));
        GateThresholds strict = DEFAULTS.withMaxOldestPending(Duration.ZERO)
                .withMaxStartLatencyP95(Duration.ZERO)
                .withMaxFailureRate(0)
                .withMaxPending(0);
        HealthReport report =
                Reports.running(1, 0).withQueue(QueueCounts.none()).withMeasures(nothingHappened);
        assertVerdict(judge(report, strict), 0, "ok");
    }

    @Test
    void an_empty_queue_needs_no_age() {
        HealthReport report = Reports.running(1, 0).withQueue(QueueCounts.none());
        assertVerdict(judge(report, DEFAULTS.withMaxOldestPending(MINUTE)), 0, "ok");
    }

    @ParameterizedTest
    @ValueSource(strings = {"idle", "stopped"})
    void a_service_that_may_be_off_is_not_asked_for_latency_and_failures(String status) {
        GateThresholds objectives = IDLE_ALLOWED.withMaxStartLatencyP95(MINUTE).withMaxFailureRate(0.1);
        assertVerdict(judge(Reports.empty(status), objectives), 0, "ok");
    }

    @Test
    void a_pile_in_front_of_a_service_that_may_be_off_is_still_too_high() {
        HealthReport report = Reports.empty("idle").withQueue(Reports.counts(11));
        assertThat(judge(report, IDLE_ALLOWED.withMaxPending(10)).code()).isEqualTo(7);
    }
}
