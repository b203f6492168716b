package dev.millrace.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.json.MalformedJsonException;
import dev.millrace.liveness.Heartbeat;
import dev.millrace.liveness.ProcessIdentity;
import dev.millrace.settings.ServiceSettings;
import dev.millrace.task.Task;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DocumentSchemaTest {
    private static final String HEARTBEAT = """
            {"worker_id": 0, "worker": "127.0.0.1:34567", "pid": 42, "worker_incarnation": "0123456789abcdef0123456789abcdef",
             "timestamp": 1795225087.166985, "state": "running"}""";
    private static final String HEALTH = """
            {"schema": "agi.service.health.v1", "timestamp": 1795225087.166985, "app": "minimal_app_project",
             "target": "minimal_app", "status": "running", "workers_running": ["a"], "workers_pending": [],
             "workers_restarted": ["a"], "workers_healthy": [], "workers_unhealthy": ["a"], "workers_running_count": 1,
             "workers_pending_count": 0, "workers_restarted_count": 1, "workers_healthy_count": 0,
             "workers_unhealthy_count": 1, "queue": {"pending": 1, "running": 0, "done": 2, "failed": 0},
             "restart_reasons": {"a": "stale-heartbeat(6.0s)"}, "client_status": "running", "heartbeat_timeout_sec": 5.0,
             "queue_dir": "/q", "cleanup": {"done": 0, "failed": 0, "heartbeats": 0}, "worker_health": [{"worker": "a",
             "future_state": "pending", "heartbeat_state": "missing", "heartbeat_age_sec": null, "healthy": false,
             "reason": "missing-heartbeat"}], "latency": {"p95": 0.1}}""";
    private static final String SNAPSHOT = """
            {"schema": "agilab.service.operator_snapshot.v1", "exported_at": "2026-01-31T23:59:59", "app": "a", "target": "a",
             "status": "idle", "health_gate": {"allow_idle": false, "max_unhealthy": 0, "max_restart_rate": 0.25,
             "heartbeat_timeout_sec": 10.0}, "summary": {"tracked_workers": 0, "unhealthy_workers": 0, "late_heartbeats": 0,
             "missing_heartbeats": 0, "max_heartbeat_age_sec": null, "reason_examples": []}, "worker_health": []}""";
    private static final String RECORD = """
            {"schema": "millrace.service.record.v1", "target": "a", "app": "a_project", "app_folder": "/apps/a",
             "queue_dir": "/share/service/a/queue", "phase": "running", "settings": {},
             "workers": [{"id": 0, "name": "127.0.0.1:1", "host": "127.0.0.1"}]}""";
    private static final String SIDECAR =
            "{\"schema\": \"millrace.quarantine.v1\", \"file\": \"x.task.json\", \"reason\": \"is empty\", \"at\": 1795225087.1}";
    private static final String TASK = "{\"schema\": \"agi.service.task.v1\"}";

    private static JsonNode parsed(String json) {
        try {
            return Json.parse(json.getBytes(StandardCharsets.UTF_8));
        } catch (MalformedJsonException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String sample(DocumentSchema schema) {
        return switch (schema) {
            case TASK -> TASK;
            case HEARTBEAT -> HEARTBEAT;
            case RECORD -> RECORD;
            case HEALTH -> HEALTH;
            case SNAPSHOT -> SNAPSHOT;
            case QUARANTINE -> SIDECAR;
        };
    }

    private static List<String> after(DocumentSchema schema, Consumer<ObjectNode> change) {
        ObjectNode document = (ObjectNode) parsed(sample(schema));
        change.accept(document);
        return schema.problems(document);
    }

    @ParameterizedTest
    @EnumSource(DocumentSchema.class)
    void a_whole_document_is_valid_and_recognised_and_may_have_keys_of_others(DocumentSchema schema) {
        assertThat(after(schema, document -> {})).isEmpty();
        assertThat(after(schema, document -> document.putObject("of_others").put("a", 1)))
                .isEmpty();
        assertThat(DocumentSchema.guess(parsed(sample(schema)))).contains(schema);
    }

    @ParameterizedTest
    @EnumSource(DocumentSchema.class)
    void what_is_no_object_is_refused(DocumentSchema schema) {
        for (JsonNode wrong :
                List.of(NullNode.getInstance(), MissingNode.getInstance(), parsed("[]"), parsed("1"), parsed("\"{}\"")))
            assertThat(schema.problems(wrong))
                    .singleElement()
                    .asString()
                    .startsWith("#: must be ")
                    .contains("an object");
    }

    @ParameterizedTest
    @EnumSource(DocumentSchema.class)
    void each_key_that_must_be_there_is_missed(DocumentSchema schema) {
        JsonNode required = parsed(schema.text()).path("required");
        assertThat(required).isNotEmpty();
        for (JsonNode key : required)
            assertThat(after(schema, document -> document.remove(key.textValue())))
                    .containsExactly("#: required key [" + key.textValue() + "] not found");
    }

    @ParameterizedTest
    @EnumSource(DocumentSchema.class)
    void the_schema_id_is_checked_to_the_letter(DocumentSchema schema) {
        if (schema.id().isEmpty()) {
            assertThat(schema).isEqualTo(DocumentSchema.HEARTBEAT);
            return;
        }
        assertThat(after(schema, document -> document.put("schema", schema.id().orElseThrow() + "0")))
                .containsExactly("#/schema: must be \"" + schema.id().orElseThrow() + "\"");
    }

    @ParameterizedTest
    @EnumSource(DocumentSchema.class)
    void every_schema_describes_what_is_right_at_each_place(DocumentSchema schema) {
        ArrayNode undescribed = Json.MAPPER.createArrayNode();
        collectUndescribed(parsed(schema.text()), "#", undescribed);
        assertThat(undescribed).isEmpty();
    }

    private static void collectUndescribed(JsonNode schema, String place, ArrayNode found) {
        if (!schema.path("description").isTextual()) found.add(place);
        schema.path("properties")
                .properties()
                .forEach(entry -> collectUndescribed(entry.getValue(), place + "/" + entry.getKey(), found));
        if (schema.has("items")) collectUndescribed(schema.get("items"), place + "/items", found);
    }

    @ParameterizedTest
    @EnumSource(DocumentSchema.class)
    void no_schema_refers_to_anything(DocumentSchema schema) {
        assertThat(schema.text()).doesNotContain("\"$ref\"").contains("http://json-schema.org/draft-07/schema#");
    }

    @Test
    void findings_name_the_place_and_what_is_right() {
        assertThat(after(DocumentSchema.TASK, task -> {
                    task.put("priority", 12).put("timeout_sec", -1).put("worker", 5);
                    task.putArray("depends_on").add("a").add(7);
                }))
                .containsExactlyInAnyOrder(
                        "#/priority: must be a whole number from 0 to 9, or null",
                        "#/timeout_sec: must be a positive number of seconds up to 1e9, or null",
                        "#/worker: must be text, or null",
                        "#/depends_on/1: must be text");
    }

    @Test
    void a_hostile_document_gives_no_endless_list() {
        assertThat(after(DocumentSchema.TASK, task -> {
                    ArrayNode tags = task.putArray("tags");
                    for (int i = 0; i < 10_000; i++) tags.add(i);
                }))
                .hasSize(Findings.MOST);
    }

    @Test
    void numbers_that_are_none_are_beyond_every_limit_but_still_numbers() {
        for (double odd : new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
            assertThat(after(DocumentSchema.TASK, task -> task.put("created_at", odd)))
                    .isEmpty();
            assertThat(after(DocumentSchema.TASK, task -> task.put("not_before", odd)))
                    .hasSize(1);
            assertThat(after(DocumentSchema.HEARTBEAT, beat -> beat.put("timestamp", odd)))
                    .hasSize(1);
            assertThat(after(DocumentSchema.HEARTBEAT, beat -> beat.put("pid", odd)))
                    .hasSize(1);
            assertThat(after(DocumentSchema.HEALTH, health -> health.put("heartbeat_timeout_sec", odd)))
                    .hasSize(1);
            assertThat(after(DocumentSchema.HEALTH, health -> health.put("workers_running_count", odd)))
                    .hasSize(1);
        }
    }

    @Test
    void numbers_of_any_size_are_judged_without_rounding_and_at_once() {
        assertThat(after(
                        DocumentSchema.TASK,
                        task -> task.set(
                                "not_before", DecimalNode.valueOf(new BigDecimal("253402300799.00000000000000001")))))
                .hasSize(1);
        for (String huge : new String[] {"1e999999999", "-1e999999999", "1e-999999999"})
            assertThat(after(
                            DocumentSchema.TASK,
                            task -> task.set("priority", DecimalNode.valueOf(new BigDecimal(huge)))))
                    .hasSize(1);
        assertThat(DocumentSchema.TASK.problems(
                        parsed("{\"schema\": \"agi.service.task.v1\", \"attempt\": " + "7".repeat(100_000) + "}")))
                .hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(DocumentSchema.class)
    void a_deep_document_is_refused_and_does_not_overflow_the_stack(DocumentSchema schema) {
        assertThat(after(schema, document -> {
                    ObjectNode inner = document;
                    for (int i = 0; i < 100_000; i++) inner = inner.putObject("plan");
                }))
                .containsExactly("#: must not be nested deeper than 200");
    }

    @Test
    void a_document_as_deep_as_the_reader_takes_is_valid() {
        String plan = "[".repeat(Json.MAX_DEPTH - 1) + "]".repeat(Json.MAX_DEPTH - 1);
        assertThat(DocumentSchema.TASK.problems(
                        parsed("{\"schema\": \"agi.service.task.v1\", \"plan\": " + plan + "}")))
                .isEmpty();
    }

    @Test
    void what_our_own_code_writes_is_valid() {
        Heartbeat beat = new Heartbeat(
                3,
                "w",
                new ProcessIdentity(42, "77", "host", "id"),
                "0123456789abcdef0123456789abcdef",
                1.5,
                Heartbeat.State.DRAINING,
                9,
                1.0,
                4,
                List.of(new Heartbeat.CurrentTask("t", "", 1.0, 1.2)),
                Optional.of(new Heartbeat.Load(0.5, 1L << 40, 12)),
                Optional.of(new Heartbeat.Recent(60, 5, 1, 0.001, 0.2, 0.5, 1.5)));
        assertThat(DocumentSchema.HEARTBEAT.problems(beat.toJson())).isEmpty();
        ObjectNode record = (ObjectNode) parsed(RECORD);
        record.set("settings", ServiceSettings.defaults().toJson());
        assertThat(DocumentSchema.RECORD.problems(record)).isEmpty();
        ObjectNode task = Task.of("resize").priority(3).maxAttempts(2).keys().deepCopy();
        task.put("schema", "agi.service.task.v1");
        assertThat(DocumentSchema.TASK.problems(task)).isEmpty();
    }

    @Test
    void every_state_of_a_heartbeat_is_in_its_schema() {
        for (Heartbeat.State state : Heartbeat.State.values())
            assertThat(after(DocumentSchema.HEARTBEAT, beat -> beat.put("state", state.word())))
                    .isEmpty();
        assertThat(after(DocumentSchema.HEARTBEAT, beat -> beat.put("state", "asleep")))
                .containsExactly("#/state: must be one of running, processing, draining, stopped, failed");
    }

    @Test
    void a_heartbeat_without_name_incarnation_or_time_is_refused() {
        assertThat(after(DocumentSchema.HEARTBEAT, beat -> beat.put("worker", " ")))
                .hasSize(1);
        assertThat(after(DocumentSchema.HEARTBEAT, beat -> beat.put("timestamp", 0)))
                .hasSize(1);
        assertThat(after(DocumentSchema.HEARTBEAT, beat -> beat.put("worker_incarnation", "ABC")))
                .containsExactly("#/worker_incarnation: must be 32 hex digits in lower case");
    }

    @Test
    void a_row_about_a_worker_is_checked_inside() {
        assertThat(after(DocumentSchema.HEALTH, health -> {
                    ((ObjectNode) health.at("/worker_health/0")).put("healthy", "yes");
                    health.withObjectProperty("queue").put("pending", -1);
                }))
                .containsExactlyInAnyOrder(
                        "#/worker_health/0/healthy: must be true or false",
                        "#/queue/pending: must be a whole number from 0");
        assertThat(after(DocumentSchema.HEALTH, health -> health.putObject("queue")))
                .isEmpty();
    }

    @Test
    void a_snapshot_has_a_local_time_and_at_most_three_reasons() {
        assertThat(after(DocumentSchema.SNAPSHOT, snapshot -> snapshot.put("exported_at", "2026-01-31T23:59:59Z")))
                .containsExactly("#/exported_at: must be a local time like 2026-01-31T23:59:59");
        assertThat(after(
                        DocumentSchema.SNAPSHOT,
                        snapshot -> snapshot.withObjectProperty("summary")
                                .putArray("reason_examples")
                                .add("a")
                                .add("b")
                                .add("c")
                                .add("d")))
                .hasSize(1);
    }

    @Test
    void a_snapshot_of_a_service_that_told_no_timeout_is_valid() {
        assertThat(after(
                        DocumentSchema.SNAPSHOT,
                        snapshot -> snapshot.withObjectProperty("health_gate").putNull("heartbeat_timeout_sec")))
                .isEmpty();
    }

    @Test
    void a_sidecar_names_a_file_and_no_path() {
        assertThat(after(DocumentSchema.QUARANTINE, sidecar -> sidecar.put("file", "../x")))
                .containsExactly("#/file: must be the name of the refused file, without a folder");
    }

    @Test
    void strangers_are_not_guessed_at() {
        for (String stranger :
                new String[] {"{}", "[]", "1", "{\"schema\": \"x\"}", "{\"schema\": 1}", "{\"schema\": \"\"}"})
            assertThat(DocumentSchema.guess(parsed(stranger))).isEmpty();
        assertThat(DocumentSchema.guess(((ObjectNode) parsed(HEARTBEAT)).put("schema", "x")))
                .isEmpty();
    }
}
