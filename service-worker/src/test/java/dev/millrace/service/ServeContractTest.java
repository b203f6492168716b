package dev.millrace.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.health.HealthReport;
import dev.millrace.json.Json;
import dev.millrace.lifecycle.Action;
import dev.millrace.lifecycle.ServeReport;
import dev.millrace.lifecycle.Service;
import dev.millrace.lifecycle.ServiceException;
import dev.millrace.lifecycle.TaskReceipt;
import dev.millrace.queue.QueueFolderException;
import dev.millrace.schema.DocumentSchema;
import dev.millrace.settings.ServeOptions;
import dev.millrace.settings.SettingsException;
import dev.millrace.storage.Disk;
import dev.millrace.task.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The states and fields of serve, and what it refuses, with workers in this process. */
class ServeContractTest {
    private static final Duration SOON = Duration.ofMinutes(1);
    private static final ServeOptions NOTHING = ServeOptions.defaults();

    @TempDir
    Path home;

    private TestApp app;
    private Service service;

    @BeforeEach
    void open() throws IOException {
        app = TestApp.in(home, "launcher = \"in-process\"", "slots = 2");
        service = app.open();
    }

    @AfterEach
    void close() throws Exception {
        service.serve(
                Action.STOP, NOTHING.withStopTimeout(Duration.ofSeconds(5)).withForce(true));
        service.close();
    }

    private static List<String> keys(JsonNode json) {
        List<String> keys = new ArrayList<>();
        json.fieldNames().forEachRemaining(keys::add);
        return keys;
    }

    private JsonNode healthFile() throws Exception {
        return Json.parse(Files.readAllBytes(app.env.healthFile()));
    }

    @Test
    void an_action_is_one_of_four_in_any_case_and_start_when_blank() {
        assertThat(Action.of("StAtUs")).isEqualTo(Action.STATUS);
        assertThat(Action.of("")).isEqualTo(Action.START);
        assertThatThrownBy(() -> Action.of("restart"))
                .hasMessageContaining("restart")
                .hasMessageContaining("start, status, health, stop");
    }

    @Test
    void what_is_not_held_is_idle_and_stop_of_it_too() throws Exception {
        ServeReport look = service.serve(Action.STATUS, NOTHING);
        assertThat(look.status()).isEqualTo("idle");
        assertThat(keys(look.toJson()))
                .startsWith("status", "workers", "pending", "client_status", "queue", "queue_dir", "cleanup")
                .contains("heartbeat_timeout_sec", "worker_health", "restarted_workers", "restart_reasons", "health");
        ServeReport stopped = service.serve(Action.STOP, NOTHING);
        assertThat(stopped.status()).isEqualTo("idle");
        assertThat(stopped.workers()).isEmpty();
        assertThat(stopped.pending()).isEmpty();
    }

    @Test
    void a_fresh_start_answers_with_agilabs_fields() throws Exception {
        ServeReport started = service.serve(Action.START, TestApp.workers(2));
        JsonNode json = started.toJson();
        assertThat(json.path("status").asText()).isEqualTo("running");
        assertThat(json.path("workers").toString()).isEqualTo("[\"127.0.0.1:1\",\"127.0.0.1:2\"]");
        assertThat(json.path("pending")).isEmpty();
        assertThat(json.path("recovery").toString()).isEqualTo("{\"recovered\":0,\"preserved\":0}");
        assertThat(json.path("heartbeat_timeout_sec").doubleValue()).isEqualTo(5.0);
        assertThat(json.path("cleanup").toString()).isEqualTo("{\"done\":0,\"failed\":0,\"heartbeats\":0}");
        assertThat(json.path("worker_health")).hasSize(2);
        assertThat(json.path("worker_health").get(0).path("healthy").asBoolean())
                .isTrue();
        assertThat(json.path("health_path").asText())
                .isEqualTo(app.env.healthFile().toString());
    }

    @Test
    void every_action_leaves_a_valid_health_document_behind() throws Exception {
        service.serve(Action.START, TestApp.workers(1));
        for (Action action : List.of(Action.STATUS, Action.HEALTH, Action.STOP)) {
            Files.delete(app.env.healthFile());
            ServeReport report = service.serve(action, NOTHING);
            assertThat(DocumentSchema.HEALTH.problems(healthFile()))
                    .as(action.word())
                    .isEmpty();
            assertThat(healthFile().path("status").asText()).isEqualTo(report.status());
            assertThat(healthFile().has("path")).isFalse();
        }
    }

    @Test
    void health_is_the_flat_document_with_its_path() throws Exception {
        service.serve(Action.START, TestApp.workers(1));
        HealthReport health = service.health(NOTHING);
        assertThat(health.toJson().path("path").asText())
                .isEqualTo(app.env.healthFile().toString());
        assertThat(health.toJson().path("workers_running_count").intValue()).isEqualTo(1);
        assertThat(health.toJson().path("queue").path("pending").intValue()).isZero();
        assertThat(health.toJson().has("queue_ages")).isTrue();
        assertThat(health.toJson().has("throughput")).isTrue();
        assertThat(health.toJson().has("latency")).isTrue();
    }

    @Test
    void a_relative_health_path_may_not_leave_the_share_and_an_absolute_one_is_used() throws Exception {
        Path elsewhere = home.resolve("elsewhere/h.json");
        assertThat(service.serve(Action.HEALTH, NOTHING.withHealthOutputPath(elsewhere))
                        .healthPath())
                .contains(elsewhere);
        assertThat(elsewhere).exists();
        assertThatThrownBy(() -> service.serve(Action.HEALTH, NOTHING.withHealthOutputPath(Path.of("../out.json"))))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("health_output_path");
    }

    @Test
    void the_services_own_documents_are_valid() throws Exception {
        service.serve(Action.START, TestApp.workers(1));
        JsonNode record = Json.parse(Files.readAllBytes(app.env.serviceFolder().resolve("service_record.json")));
        assertThat(DocumentSchema.RECORD.problems(record)).isEmpty();
        Path beat = app.layout().heartbeats().resolve("000-127.0.0.1-1.json");
        assertThat(DocumentSchema.HEARTBEAT.problems(Json.parse(Files.readAllBytes(beat))))
                .isEmpty();
        Path snapshot = service.exportSnapshot(NOTHING);
        assertThat(snapshot).isEqualTo(home.resolve("log/execute/testapp/service_operator_snapshot.json"));
        JsonNode exported = Json.parse(Files.readAllBytes(snapshot));
        assertThat(DocumentSchema.SNAPSHOT.problems(exported)).isEmpty();
        assertThat(exported.path("status").asText()).isEqualTo("running");
        TaskReceipt receipt = service.submit(Task.of("echo"));
        assertThat(DocumentSchema.TASK.problems(receipt.await(SOON).document().orElseThrow()))
                .isEmpty();
    }

    @Test
    void a_status_does_not_change_what_the_service_runs_with() throws Exception {
        service.serve(Action.START, TestApp.workers(1).withPollInterval(Duration.ofMillis(300)));
        Path record = app.env.serviceFolder().resolve("service_record.json");
        String before = Files.readString(record);
        service.serve(Action.STATUS, NOTHING.withPollInterval(Duration.ofSeconds(9)));
        service.serve(Action.HEALTH, NOTHING);
        assertThat(Files.readString(record)).isEqualTo(before).contains("\"poll_interval\": 0.3");
    }

    @Test
    void options_win_over_the_apps_settings_and_args_reach_the_handlers() throws Exception {
        ObjectNode args = Json.object().put("region", "north").put("_agi_service_mode", true);
        service.serve(Action.START, TestApp.workers(1).withArgs(args));
        JsonNode result =
                service.submit(Task.of("echo").args(Map.of("x", 1))).await(SOON).result();
        assertThat(result.path("service").toString()).isEqualTo("{\"region\":\"north\"}");
        assertThat(result.path("args").path("x").intValue()).isEqualTo(1);
    }

    @Test
    void wrong_options_are_refused_before_anything_is_done() {
        assertThatThrownBy(() -> service.serve(Action.START, NOTHING.withMode(1)))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("mode");
        assertThatThrownBy(() -> service.serve(Action.START, NOTHING.with("workers", List.of("a"))))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("workers");
        assertThatThrownBy(() -> service.serve(Action.START, NOTHING.with("pol_interval", 1)))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("poll_interval");
        assertThat(app.env.serviceFolder()).doesNotExist();
    }

    @Test
    void while_one_operation_is_under_way_another_is_refused_by_name_and_looks_go_on() throws Exception {
        service.serve(Action.START, TestApp.workers(1));
        Path lock = app.env.serviceFolder().resolve("operation.lock");
        try (Disk.DiskLock held = Disk.local().tryLock(lock).orElseThrow()) {
            assertThatThrownBy(() -> service.serve(Action.STOP, NOTHING))
                    .isInstanceOf(ServiceException.Busy.class)
                    .hasMessageContaining("serve:start");
            ServeReport look = service.serve(Action.HEALTH, NOTHING);
            assertThat(look.status()).isEqualTo("running");
            assertThat(look.has(ServeReport.Flag.OBSERVED_ONLY)).isTrue();
        }
        assertThat(service.serve(Action.STOP, NOTHING).status()).isEqualTo("stopped");
    }

    @Test
    void nothing_accumulates_over_many_operations() throws Exception {
        for (int i = 0; i < 5; i++) {
            service.serve(Action.START, TestApp.workers(1));
            service.serve(Action.STATUS, NOTHING);
            service.serve(Action.STOP, NOTHING);
        }
        assertThat(app.names(app.env.serviceFolder()))
                .containsExactly("health.json", "log", "operation.json", "operation.lock", "queue");
        assertThat(app.names(app.layout().control())).containsExactly("attempts", "cancel", "outcomes", "steward.json");
    }

    @Test
    void a_queue_folder_that_is_a_link_a_file_or_open_to_others_is_refused_by_name() throws Exception {
        Path real = Files.createDirectories(home.resolve("real"));
        Path link = Files.createSymbolicLink(home.resolve("link"), real);
        assertRefused(link, "symbolic link");
        assertRefused(Files.createFile(home.resolve("file")), "not a folder");
        Path open = Files.createDirectories(home.resolve("open"));
        Files.setPosixFilePermissions(open, java.nio.file.attribute.PosixFilePermissions.fromString("rwxrwxrwx"));
        assertRefused(open, "other users");
    }

    private void assertRefused(Path queueDir, String reason) {
        assertThatThrownBy(() -> service.serve(Action.START, TestApp.workers(1).withServiceQueueDir(queueDir)))
                .isInstanceOf(QueueFolderException.class)
                .hasMessageContaining(queueDir.toString())
                .hasMessageContaining(reason);
    }
}
