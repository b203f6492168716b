package dev.millrace.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.health.HealthReport;
import dev.millrace.json.Json;
import dev.millrace.launch.InProcessLauncher;
import dev.millrace.lifecycle.Action;
import dev.millrace.lifecycle.PlanSubmission;
import dev.millrace.lifecycle.ServeReport;
import dev.millrace.lifecycle.Service;
import dev.millrace.lifecycle.ServiceException;
import dev.millrace.lifecycle.ServiceFiles;
import dev.millrace.lifecycle.ServicePorts;
import dev.millrace.lifecycle.ServiceRecord;
import dev.millrace.lifecycle.SubmitReport;
import dev.millrace.lifecycle.TaskReceipt;
import dev.millrace.lifecycle.WorkerEntry;
import dev.millrace.lifecycle.WorkerLauncher;
import dev.millrace.liveness.Heartbeat;
import dev.millrace.liveness.ProcessIdentity;
import dev.millrace.queue.QueueFolderException;
import dev.millrace.schema.DocumentSchema;
import dev.millrace.settings.Launcher;
import dev.millrace.settings.ServeOptions;
import dev.millrace.settings.SettingsException;
import dev.millrace.storage.Disk;
import dev.millrace.task.InvalidTaskException;
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

/** The states, fields and refusals of serve and submit, with workers in this process. */
class ServeContractTest {
    private static final Duration SOON = Duration.ofSeconds(20);
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
    void submitting_needs_a_service() {
        assertThatThrownBy(() -> service.submit(Task.of("echo")))
                .isInstanceOf(ServiceException.NotRunning.class)
                .hasMessageContaining("start it first");
        assertThatThrownBy(() -> service.submitPlan(
                        PlanSubmission.of(Json.MAPPER.createArrayNode(), Json.MAPPER.createArrayNode())))
                .isInstanceOf(ServiceException.NotRunning.class);
    }

    /** Until they say so, workers may still take a task. */
    private void park() throws IOException {
        service.drain(List.of(), false);
        await().atMost(SOON)
                .until(() -> app.beats().values().stream().allMatch(beat -> beat.state() == Heartbeat.State.DRAINING));
    }

    @Test
    void each_share_of_a_plan_becomes_a_task_none_is_left_over_and_none_is_made_up() throws Exception {
        service.serve(Action.START, TestApp.workers(2));
        park();
        ArrayNode plan = Json.MAPPER.createArrayNode();
        for (int i = 0; i < 3; i++) plan.addArray().add("share-" + i);
        SubmitReport report = service.submitPlan(PlanSubmission.of(plan, Json.MAPPER.createArrayNode()));
        assertThat(report.tasks()).hasSize(3);
        JsonNode json = report.toJson();
        assertThat(json.path("status").asText()).isEqualTo("queued");
        assertThat(json.path("queued_files")).hasSize(3);
        assertThat(keys(json))
                .containsExactly("status", "task_id", "task_name", "workers", "queued_files", "queue_dir", "cleanup");
        for (int i = 0; i < 3; i++) {
            JsonNode task = Json.parse(Files.readAllBytes(report.tasks().get(i).file()));
            assertThat(task.path("task_id").asText()).isEqualTo(report.taskId());
            assertThat(task.path("task_name").asText()).isEqualTo("service-workplan");
            assertThat(task.path("worker").asText()).isEqualTo("127.0.0.1:" + (i % 2 + 1));
            assertThat(task.path("worker_idx").isNull()).isTrue();
            assertThat(task.path("plan").toString())
                    .isEqualTo("{\"__agi_worker_chunk__\":true,\"chunk\":[\"share-" + i
                            + "\"],\"total_workers\":3,\"worker_idx\":" + i + "}");
            assertThat(task.path("metadata").path("chunk")).isEmpty();
        }
    }

    @Test
    void a_plan_that_is_no_list_goes_whole_to_every_worker() throws Exception {
        service.serve(Action.START, TestApp.workers(2));
        park();
        SubmitReport report =
                service.submitPlan(PlanSubmission.of(Json.object().put("all", true), Json.MAPPER.createArrayNode())
                        .withTaskId("batch-7")
                        .withTaskName("nightly"));
        assertThat(report.tasks()).hasSize(2);
        for (int i = 0; i < 2; i++) {
            JsonNode task = Json.parse(Files.readAllBytes(report.tasks().get(i).file()));
            assertThat(task.path("plan").toString()).isEqualTo("{\"all\":true}");
            assertThat(task.path("task_id").asText()).isEqualTo("batch-7");
            assertThat(task.path("task_name").asText()).isEqualTo("nightly");
        }
        assertThatThrownBy(() -> service.submitPlan(
                        PlanSubmission.of(Json.object(), Json.object()).withTaskId("a/b")))
                .isInstanceOf(InvalidTaskException.class)
                .hasMessageContaining("a/b");
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
        assertThat(app.names(app.layout().control())).containsExactly("attempts", "outcomes", "steward.json");
    }

    // ------------------------------------------------------------------ starts that fail

    /** Lets the first workers begin and breaks at the n-th. */
    private static final class BreakingLauncher implements WorkerLauncher {
        private final int breaksAt;
        private final boolean provable;
        private final List<String> launched = new ArrayList<>();
        private final List<String> killed = new ArrayList<>();

        BreakingLauncher(int breaksAt, boolean provable) {
            this.breaksAt = breaksAt;
            this.provable = provable;
        }

        @Override
        public boolean serves(Launcher launcher, String host) {
            return true;
        }

        @Override
        public ProcessIdentity launch(ServiceFiles files, ServiceRecord record, WorkerEntry worker) throws IOException {
            if (launched.size() == breaksAt) throw new IOException("no more processes");
            launched.add(worker.name());
            return ProcessIdentity.unknown();
        }

        @Override
        public boolean kill(ServiceRecord record, WorkerEntry worker, ProcessIdentity process) {
            killed.add(worker.name());
            return provable;
        }
    }

    @Test
    void a_start_that_fails_ends_what_it_began_at_each_point() throws Exception {
        for (int at = 0; at < 3; at++) {
            BreakingLauncher breaking = new BreakingLauncher(at, true);
            try (Service failing = Service.open(app.env, ServicePorts.system().withLaunchers(List.of(breaking)))) {
                assertThatThrownBy(() -> failing.serve(Action.START, TestApp.workers(3)))
                        .hasMessageContaining("no more processes");
                assertThat(breaking.killed).isEqualTo(breaking.launched);
                assertThat(failing.serve(Action.STATUS, NOTHING).status()).isEqualTo("idle");
            }
        }
    }

    @Test
    void a_failed_start_whose_end_is_not_proven_keeps_the_service_held_until_stop() throws Exception {
        BreakingLauncher breaking = new BreakingLauncher(1, false);
        try (Service failing = Service.open(app.env, ServicePorts.system().withLaunchers(List.of(breaking)))) {
            assertThatThrownBy(() ->
                            failing.serve(Action.START, TestApp.workers(2).withStartTimeout(Duration.ofSeconds(1))))
                    .hasMessageContaining("no more processes");
            ServeReport look = failing.serve(Action.STATUS, NOTHING);
            assertThat(look.status()).isEqualTo("error");
            assertThat(look.has(ServeReport.Flag.RECOVERY_REQUIRED)).isTrue();
            assertThatThrownBy(() -> failing.serve(Action.START, TestApp.workers(2)))
                    .isInstanceOf(ServiceException.class)
                    .hasMessageContaining("stop");
            assertThat(failing.serve(Action.STOP, NOTHING).status()).isEqualTo("stopped");
        }
    }

    /** Starts workers in this process until it is told to break. */
    private static final class TiringLauncher implements WorkerLauncher {
        private final InProcessLauncher rested = new InProcessLauncher();
        private boolean tired;

        @Override
        public boolean serves(Launcher launcher, String host) {
            return true;
        }

        @Override
        public ProcessIdentity launch(ServiceFiles files, ServiceRecord record, WorkerEntry worker) throws IOException {
            if (tired) throw new IOException("cannot fork: out of processes");
            return rested.launch(files, record, worker);
        }

        @Override
        public boolean kill(ServiceRecord record, WorkerEntry worker, ProcessIdentity process) {
            return rested.kill(record, worker, process);
        }
    }

    @Test
    void why_a_worker_cannot_be_started_again_is_in_every_answer_until_it_can() throws Exception {
        TiringLauncher tiring = new TiringLauncher();
        try (Service tried = Service.open(app.env, ServicePorts.system().withLaunchers(List.of(tiring)))) {
            tried.serve(Action.START, TestApp.workers(1));
            tiring.tired = true;
            tiring.rested.close();
            ServeReport look = tried.serve(Action.STATUS, NOTHING);
            assertThat(look.status()).isEqualTo("stopped");
            assertThat(look.toJson().path("launch_errors").path("127.0.0.1:1").asText())
                    .contains("out of processes");
            tiring.tired = false;
            await().atMost(SOON)
                    .untilAsserted(
                            () -> assertThat(tried.serve(Action.STATUS, NOTHING).status())
                                    .isEqualTo("running"));
            assertThat(tried.serve(Action.STATUS, NOTHING).launchErrors()).isEmpty();
            tried.serve(Action.STOP, NOTHING);
        }
    }

    // ------------------------------------------------------------------ shares that cannot be used

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
