package dev.millrace.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.millrace.json.Json;
import dev.millrace.lifecycle.Action;
import dev.millrace.lifecycle.PlanSubmission;
import dev.millrace.lifecycle.Service;
import dev.millrace.lifecycle.ServiceException;
import dev.millrace.lifecycle.SubmitReport;
import dev.millrace.liveness.Heartbeat;
import dev.millrace.settings.ServeOptions;
import dev.millrace.task.InvalidTaskException;
import dev.millrace.task.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The fields and refusals of submit, and how a plan becomes tasks, with workers in this process. */
class SubmitContractTest {
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
}
