package dev.millrace.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.health.Measures.Throughput;
import dev.millrace.json.Json;
import dev.millrace.json.MalformedJsonException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HealthReportTest {

    private static List<String> keys(JsonNode json) {
        List<String> keys = new ArrayList<>();
        json.fieldNames().forEachRemaining(keys::add);
        return keys;
    }

    private static HealthReport read(String json) throws MalformedJsonException {
        return HealthReport.fromJson(Json.parse(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void a_full_report_comes_back_as_it_was_written() throws Exception {
        HealthReport written = Reports.full().withPath("/share/health.json");
        assertThat(HealthReport.fromJson(Json.parse(Json.bytes(written.toJson()))))
                .isEqualTo(written);
    }

    @Test
    void a_bare_report_comes_back_as_it_was_written() throws Exception {
        HealthReport written = Reports.empty("idle");
        assertThat(HealthReport.fromJson(Json.parse(written.toBytes()))).isEqualTo(written);
    }

    @Test
    void the_keys_of_agilab_stand_first_and_ours_after_them() {
        assertThat(keys(Reports.full().withPath("/p").toJson()))
                .containsExactly(
                        "schema",
                        "timestamp",
                        "app",
                        "target",
                        "status",
                        "workers_running",
                        "workers_pending",
                        "workers_restarted",
                        "workers_healthy",
                        "workers_unhealthy",
                        "workers_running_count",
                        "workers_pending_count",
                        "workers_restarted_count",
                        "workers_healthy_count",
                        "workers_unhealthy_count",
                        "queue",
                        "restart_reasons",
                        "client_status",
                        "heartbeat_timeout_sec",
                        "queue_dir",
                        "cleanup",
                        "worker_health",
                        "queue_ages",
                        "latency",
                        "throughput",
                        "steward",
                        "quarantined",
                        "path");
    }

    @Test
    void a_row_begins_with_the_six_fields_of_agilab() {
        JsonNode row = Reports.full().toJson().path("worker_health").path(0);
        assertThat(keys(row))
                .containsExactly(
                        "worker",
                        "future_state",
                        "heartbeat_state",
                        "heartbeat_age_sec",
                        "healthy",
                        "reason",
                        "pid",
                        "host",
                        "incarnation",
                        "busy_slots",
                        "slots",
                        "current_tasks",
                        "oldest_task_sec",
                        "cpu",
                        "memory_bytes",
                        "restarts");
    }

    @Test
    void what_is_not_known_of_a_worker_is_null_and_never_missing() {
        JsonNode row = Reports.missing("w").toJson();
        assertThat(row.path("heartbeat_age_sec").isNull()).isTrue();
        assertThat(row.path("pid").isNull()).isTrue();
        assertThat(row.path("memory_bytes").isNull()).isTrue();
    }

    @Test
    void what_nobody_knows_is_left_out_and_a_queue_that_nobody_counted_is_an_empty_object() {
        ObjectNode json = Reports.empty("stopped").toJson();
        assertThat(json.path("queue")).isEqualTo(Json.object());
        assertThat(json.has("restart_reasons") || json.has("worker_health") || json.has("latency"))
                .isFalse();
    }

    @Test
    void the_path_is_part_of_the_answer_and_not_of_the_file() throws Exception {
        HealthReport answered = Reports.full().withPath("/share/health.json");
        assertThat(answered.toJson().path("path").asText()).isEqualTo("/share/health.json");
        assertThat(Json.parse(answered.toBytes()).has("path")).isFalse();
    }

    @Test
    void people_read_the_time_without_an_exponent_and_an_age_to_the_millisecond() {
        WorkerHealth row = WorkerHealth.of("w", "pending", "running", OptionalDouble.of(1.23456), true, "");
        assertThat(new String(Reports.empty("idle").toBytes(), StandardCharsets.UTF_8))
                .contains("1795225087.166985");
        assertThat(row.toJson().path("heartbeat_age_sec").asDouble()).isEqualTo(1.235);
    }

    @Test
    void a_blank_status_is_unknown() {
        assertThat(Reports.empty(" ").status()).isEqualTo("unknown");
    }

    @Test
    void a_row_without_a_name_is_kept_and_counts_nowhere() throws Exception {
        HealthReport report =
                Reports.of("running", List.of("w"), List.of(), List.of(Reports.well("w"), Reports.ill(" ", "stale")));
        assertThat(report.workers().unhealthy()).isEmpty();
        assertThat(HealthReport.fromJson(report.toJson()).workers().rows()).hasSize(2);
    }

    @Test
    void rows_that_are_no_objects_are_ignored() throws Exception {
        HealthReport report = read("{'schema':'agi.service.health.v1','worker_health':[7,null,'x',{'worker':'a'}]}");
        assertThat(report.workers().unhealthy()).containsExactly("a");
    }

    @Test
    void a_worker_that_only_a_list_names_is_not_overlooked() throws Exception {
        HealthReport report = read("{'schema':'agi.service.health.v1','workers_unhealthy':['a'],"
                + "'workers_healthy':['b','c'],'worker_health':[{'worker':'c','status':'fine'}]}");
        assertThat(report.workers().unhealthy()).containsExactly("a");
        assertThat(report.workers().healthy()).containsExactlyInAnyOrder("b", "c");
    }

    @Test
    void a_report_that_contradicts_itself_is_refused() {
        assertThatThrownBy(() -> read("{'schema':'agi.service.health.v1','workers_unhealthy_count':2}"))
                .isInstanceOf(MalformedJsonException.class)
                .hasMessageContaining("workers_unhealthy_count is 2")
                .hasMessageContaining("workers_unhealthy are []");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "[]", "{'schema':'agi.service.health.v2'}", "{'schema':null}"})
    void another_document_is_refused_by_its_schema(String json) {
        assertThatThrownBy(() -> read(json))
                .isInstanceOf(MalformedJsonException.class)
                .hasMessageContaining("agi.service.health.v1");
    }

    @Test
    void a_share_above_one_is_refused_by_its_key() {
        String json = "{'schema':'agi.service.health.v1','throughput':{'failure_rate':7}}";
        assertThatThrownBy(() -> read(json))
                .isInstanceOf(MalformedJsonException.class)
                .hasMessageContaining("failure_rate is 7.0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"NaN", "-1", "'old'", "null", "Infinity"})
    void an_age_that_is_none_is_read_as_not_known(String age) throws Exception {
        HealthReport report = read(
                "{'schema':'agi.service.health.v1','worker_health':[{'worker':'a','heartbeat_age_sec':" + age + "}]}");
        assertThat(report.workers().rows().get(0).heartbeatAgeSec()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, -1})
    void a_figure_that_is_no_number_cannot_be_reported(double figure) {
        assertThatThrownBy(() -> new Throughput(figure, 0, OptionalDouble.empty(), 60))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("done_per_min");
    }

    @Test
    void the_four_counts_of_agilab_stand_before_ours() {
        assertThat(Reports.full().toJson().path("queue"))
                .hasToString("{\"pending\":5,\"running\":0,\"done\":7,\"failed\":0,\"scheduled\":3,\"cancelled\":0,"
                        + "\"blocked\":0}");
    }

    @Test
    void the_words_for_what_ails_a_worker_are_those_of_agilab() {
        assertThat(WorkerHealth.staleHeartbeat(12.34)).isEqualTo("stale-heartbeat(12.3s)");
        assertThat(WorkerHealth.loopEnded("Error")).isEqualTo("loop-error");
        assertThat(WorkerHealth.MISSING_HEARTBEAT).isEqualTo("missing-heartbeat");
    }
}
