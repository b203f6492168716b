package dev.millrace.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.json.Json;
import dev.millrace.storage.Disk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OperatorSnapshotTest {
    private static final LocalDateTime NOON = LocalDateTime.of(2026, 11, 21, 12, 0, 0, 999_999_999);

    private static OperatorSnapshot snapshot(WorkerHealth... rows) {
        HealthReport report = Reports.of("running", List.of("w0"), List.of(), Arrays.asList(rows));
        return new OperatorSnapshot(NOON, report, GateThresholds.defaults());
    }

    private static List<String> keys(JsonNode json) {
        List<String> keys = new ArrayList<>();
        json.fieldNames().forEachRemaining(keys::add);
        return keys;
    }

    @Test
    void it_has_the_keys_of_agilab_sorted_at_every_level() throws Exception {
        JsonNode json = Json.parse(new OperatorSnapshot(NOON, Reports.full(), GateThresholds.defaults()).toBytes());
        assertThat(keys(json))
                .containsExactly(
                        "app", "exported_at", "health_gate", "schema", "status", "summary", "target", "worker_health");
        assertThat(keys(json.path("health_gate")))
                .containsExactly("allow_idle", "heartbeat_timeout_sec", "max_restart_rate", "max_unhealthy");
        assertThat(keys(json.path("summary")))
                .containsExactly(
                        "late_heartbeats",
                        "max_heartbeat_age_sec",
                        "missing_heartbeats",
                        "reason_examples",
                        "tracked_workers",
                        "unhealthy_workers");
        assertThat(keys(json.path("worker_health").path(0))).isSorted().hasSize(16);
    }

    @Test
    void it_says_what_the_report_says() {
        JsonNode json = new OperatorSnapshot(NOON, Reports.full(), GateThresholds.defaults()).toJson();
        assertThat(json.path("schema").asText()).isEqualTo("agilab.service.operator_snapshot.v1");
        assertThat(json.path("app").asText()).isEqualTo("mycode_project");
        assertThat(json.path("target").asText()).isEqualTo("mycode");
        assertThat(json.path("status").asText()).isEqualTo("running");
        assertThat(json.path("health_gate").path("heartbeat_timeout_sec").asDouble())
                .isEqualTo(5);
        assertThat(json.path("worker_health").path(0))
                .isEqualTo(Reports.full().toJson().path("worker_health").path(0));
    }

    @Test
    void the_time_is_written_to_the_second_even_when_the_second_is_zero() {
        assertThat(snapshot().toJson().path("exported_at").asText()).isEqualTo("2026-11-21T12:00:00");
    }

    @Test
    void the_summary_counts_the_late_and_the_missing_and_the_ill() {
        JsonNode summary = snapshot(
                        Reports.well("w0"),
                        Reports.ill("w1", WorkerHealth.staleHeartbeat(12)),
                        Reports.missing("w2"),
                        Reports.ill("w3", "loop-error"))
                .toJson()
                .path("summary");
        assertThat(summary.path("tracked_workers").asInt()).isEqualTo(4);
        assertThat(summary.path("unhealthy_workers").asInt()).isEqualTo(3);
        assertThat(summary.path("late_heartbeats").asInt()).isEqualTo(1);
        assertThat(summary.path("missing_heartbeats").asInt()).isEqualTo(1);
        assertThat(summary.path("max_heartbeat_age_sec").asDouble()).isEqualTo(12);
    }

    @Test
    void at_most_three_distinct_reasons_are_shown_in_the_order_seen() {
        JsonNode summary = snapshot(
                        Reports.ill("a", "loop-error"),
                        Reports.well("b"),
                        Reports.ill("c", "loop-error"),
                        Reports.missing("d"),
                        Reports.ill("e", "loop-cancelled"),
                        Reports.ill("f", "loop-finished"))
                .toJson()
                .path("summary");
        assertThat(summary.path("reason_examples"))
                .hasToString("[\"loop-error\",\"missing-heartbeat\",\"loop-cancelled\"]");
    }

    @Test
    void a_worker_that_is_still_warming_up_counts_as_missing_and_not_as_ill() {
        WorkerHealth warming = WorkerHealth.of("w", "pending", "missing", OptionalDouble.empty(), true, "");
        JsonNode summary = snapshot(warming).toJson().path("summary");
        assertThat(summary.path("missing_heartbeats").asInt()).isEqualTo(1);
        assertThat(summary.path("unhealthy_workers").asInt()).isZero();
    }

    @Test
    void without_workers_the_summary_is_empty_and_the_age_null() {
        JsonNode json = snapshot().toJson();
        assertThat(json.path("summary").path("max_heartbeat_age_sec").isNull()).isTrue();
        assertThat(json.path("worker_health")).isEmpty();
        assertThat(json.path("worker_health").isArray()).isTrue();
    }

    @Test
    void it_is_indented_by_two_and_ends_with_one_newline() {
        String text = new String(snapshot().toBytes(), StandardCharsets.UTF_8);
        assertThat(text).startsWith("{\n  \"app\"").endsWith("}\n").doesNotEndWith("\n\n");
    }

    @Test
    void writing_makes_the_folders_and_replaces_the_file_as_a_whole(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("log/execute/mycode/service_operator_snapshot.json");
        snapshot(Reports.well("w0")).write(Disk.local(), file);
        snapshot().write(Disk.local(), file);
        assertThat(Files.readAllBytes(file)).isEqualTo(snapshot().toBytes());
        try (Stream<Path> left = Files.list(Disk.parentOf(file))) {
            assertThat(left).containsExactly(file);
        }
    }

    @Test
    void a_place_that_cannot_be_written_is_named(@TempDir Path folder) throws IOException {
        Path inTheWay = Files.writeString(folder.resolve("log"), "a file, not a folder");
        assertThatThrownBy(() -> snapshot().write(Disk.local(), inTheWay.resolve("snapshot.json")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(inTheWay.toString());
    }
}
