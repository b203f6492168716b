package dev.millrace.rpc.method;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.lifecycle.ServiceFiles;
import dev.millrace.storage.Disk;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The verbs of services and tasks, seen from the socket. */
class ServiceMethodsTest extends WithControlWorld {
    private static Map<String, Object> task(String id) {
        return Map.of("task", Map.of("kind", "work", "task_id", id));
    }

    @Test
    void a_task_is_submitted_awaited_shown_and_listed() throws Exception {
        JsonNode taken = world.result("service.submit", task("a"));
        assertThat(taken.path("status").asText()).isEqualTo("queued");
        JsonNode awaited = world.result("task.await", Map.of("ids", List.of("a")));
        assertThat(awaited.path("tasks").get(0).path("result").path("step").asText())
                .isEqualTo("a");
        assertThat(world.result("task.show", Map.of("id", "a"))
                        .path("document")
                        .path("kind")
                        .asText())
                .isEqualTo("work");
        assertThat(world.result("task.list", Map.of("states", List.of("done")))
                        .path("total")
                        .asInt())
                .isEqualTo(1);
        assertThat(world.result("task.logs", Map.of("id", "a")).path("lines")).isEmpty();
        assertThat(world.result("task.progress", Map.of("id", "a"))
                        .path("attempt")
                        .asInt())
                .isEqualTo(1);
        assertThat(world.reason("task.show", Map.of("id", "none"))).isEqualTo("unknown_task");
    }

    @Test
    void what_a_handler_reports_and_what_its_attempts_came_to_is_told() throws Exception {
        world.broken.add("half");
        Map<String, Object> twice =
                Map.of("kind", "work", "task_id", "half", "max_attempts", 2, "retry", Map.of("base", 0));
        world.result("service.submit", Map.of("task", twice));
        world.result("task.await", Map.of("ids", List.of("half")));
        JsonNode listed = world.result("task.list", Map.of()).path("tasks").path(0);
        assertThat(listed.path("progress").path("message").asText()).isEqualTo("half of it");
        assertThat(world.result("task.progress", Map.of("id", "half"))
                        .path("progress")
                        .path("fraction")
                        .asDouble())
                .isEqualTo(0.5);
        JsonNode shown = world.result("task.show", Map.of("id", "half"));
        assertThat(shown.path("attempts").findValuesAsText("outcome")).containsExactly("failed", "failed");
        assertThat(shown.path("attempts")
                        .path(0)
                        .path("progress")
                        .path("fraction")
                        .asDouble())
                .isEqualTo(0.5);
    }

    @Test
    void the_same_idempotency_key_adds_nothing_the_second_time() throws Exception {
        Map<String, Object> once = Map.of("task", Map.of("kind", "work"), "idempotency_key", "k1");
        String first = world.result("service.submit", once)
                .path("tasks")
                .get(0)
                .path("stem")
                .asText();
        world.result("task.await", Map.of("ids", List.of(first)));
        JsonNode second = world.result("service.submit", once).path("tasks").get(0);
        assertThat(second.path("stem").asText()).isEqualTo(first);
        assertThat(second.path("unique").asText()).isEqualTo("existing");
        assertThat(world.ran).hasSize(1);
    }

    @Test
    void the_same_idempotency_key_adds_none_of_several_tasks_the_second_time() throws Exception {
        Map<String, Object> once =
                Map.of("tasks", List.of(Map.of("kind", "work"), Map.of("kind", "work")), "idempotency_key", "k2");
        List<String> first = world.result("service.submit", once).path("tasks").findValuesAsText("stem");
        world.result("task.await", Map.of("ids", first));
        JsonNode second = world.result("service.submit", once).path("tasks");
        assertThat(second.findValuesAsText("stem")).isEqualTo(first).doesNotHaveDuplicates();
        assertThat(second.findValuesAsText("unique")).containsExactly("existing", "existing");
        assertThat(world.ran).hasSize(2);
    }

    @Test
    void an_idempotency_key_is_refused_where_the_same_call_would_be_carried_out_again() throws Exception {
        String key = "idempotency_key";
        Map<String, Object> work = Map.of("kind", "work");
        Map<String, Object> group = Map.of("name", "g", "callback", work);
        for (Map<String, Object> params : List.<Map<String, Object>>of(
                Map.of("tasks", List.of(work), "group", group, key, "k"),
                Map.of("task", Map.of("kind", "work", "unique_key", "own"), key, "k")))
            assertThat(world.code("service.submit", params)).isEqualTo(-32602);
        JsonNode refused =
                world.reply("job.submit", Map.of("job_id", "nightly", "tasks", ControlWorld.steps("a"), key, "k"));
        assertThat(refused.path("error").path("code").asInt()).isEqualTo(-32602);
        assertThat(refused.path("error").path("message").asText()).contains("job.submit knows no 'idempotency_key'");
        assertThat(world.reason("job.status", Map.of("job_id", "nightly"))).isEqualTo("unknown_job");
        assertThat(world.ran).isEmpty();
    }

    @Test
    void failed_tasks_are_retried_waiting_ones_cancelled_ended_ones_discarded() throws Exception {
        world.broken.add("a");
        world.submitTask("work", "a");
        world.result("task.await", Map.of("ids", List.of("a")));
        assertThat(world.result("task.retry", Map.of("states", List.of("failed"), "dry_run", true))
                        .path("would_change")
                        .asInt())
                .isEqualTo(1);
        world.broken.clear();
        assertThat(world.result("task.retry", Map.of("ids", List.of("a")))
                        .path("changed")
                        .asInt())
                .isEqualTo(1);
        world.result("task.await", Map.of("ids", List.of("a")));
        world.result("task.pause", Map.of("kind", "work", "reason", "lunch"));
        world.submitTask("work", "b");
        assertThat(world.result("task.cancel", Map.of("ids", List.of("b")))
                        .path("tasks")
                        .get(0)
                        .path("outcome")
                        .asText())
                .isEqualTo("now");
        assertThat(world.result("task.resume", Map.of("kind", "work")).path("paused"))
                .isEmpty();
        assertThat(world.result("task.discard", Map.of("ids", List.of("a", "b")))
                        .path("changed")
                        .asInt())
                .isEqualTo(2);
        assertThat(world.reason("task.cancel", Map.of())).isEqualTo("bad_request");
    }

    @Test
    void a_task_that_is_named_twice_is_meant_once() throws Exception {
        world.result("task.pause", Map.of("all", true));
        String stem = world.result("service.submit", task("a"))
                .path("tasks")
                .path(0)
                .path("stem")
                .asText();
        JsonNode cancelled = world.result("task.cancel", Map.of("ids", List.of("a", "a", stem)));
        assertThat(cancelled.path("tasks").findValuesAsText("outcome")).containsExactly("now");
        world.result("task.resume", Map.of("all", true));
        JsonNode retried = world.result("task.retry", Map.of("ids", List.of("a", "a")));
        assertThat(retried.path("changed").asInt()).isEqualTo(1);
        assertThat(retried.path("tasks")).hasSize(1);
    }

    @Test
    void status_health_drain_and_why_answer_as_the_command_line_does() throws Exception {
        assertThat(world.result("service.list", Map.of())
                        .path("services")
                        .get(0)
                        .asText())
                .isEqualTo("app");
        assertThat(world.result("service.status", Map.of("options", Map.of("observe", true)))
                        .path("status")
                        .asText())
                .isEqualTo("running");
        JsonNode health = world.result("service.health", Map.of("service", "app"));
        assertThat(health.path("gate").path("passed").asBoolean()).isTrue();
        assertThat(world.result("service.drain", Map.of()).path("order").asText())
                .isEqualTo("drain");
        assertThat(world.result("service.drain", Map.of("resume", true))
                        .path("order")
                        .asText())
                .isEqualTo("run");
        assertThat(world.result("service.why", Map.of("subject", "rated")).path("causes"))
                .isNotEmpty();
        assertThat(world.code("service.status", Map.of("options", Map.of("nonsense", 1))))
                .isEqualTo(-32602);
        assertThat(world.reason("service.status", Map.of("service", "../x"))).isEqualTo("unknown_service");
    }

    @Test
    void edited_settings_are_in_force_and_wrong_ones_are_told_with_their_place() throws Exception {
        Path settings = folder.resolve("apps/app/app_settings.toml");
        String fit = Files.readString(settings);
        world.result("service.health", Map.of());
        Files.writeString(settings, fit + "[cluster.service_health]\nnonsense = 1\n");
        JsonNode wrong = world.reply("service.health", Map.of("service", "app"));
        assertThat(wrong.path("error").path("data").path("reason").asText())
                .as("%s", wrong)
                .isEqualTo("bad_setting");
        assertThat(wrong.path("error").path("message").asText()).contains("app_settings.toml", "nonsense");
        Files.writeString(settings, fit);
        ControlWorld.await(() -> world.reply("service.health", Map.of("service", "app")), reply -> reply.has("result"));
    }

    @Test
    void beyond_max_pending_further_tasks_are_refused_and_later_taken() throws Exception {
        world.result("task.pause", Map.of("all", true));
        world.control().limit(world.control().limits().withMaxPending(2));
        world.submitTask("work", "a");
        world.submitTask("work", "b");
        assertThat(world.code("service.submit", task("c"))).isEqualTo(-32001);
        world.result("task.resume", Map.of("all", true));
        world.result("task.await", Map.of("ids", List.of("a", "b")));
        world.submitTask("work", "c");
    }

    @Test
    void workers_that_would_be_threads_of_the_daemon_are_not_started() throws Exception {
        // The app's settings say so; a call may say otherwise.
        JsonNode refused = world.reply("service.start", Map.of()).path("error");
        assertThat(refused.path("code").asInt()).isEqualTo(-32602);
        assertThat(refused.path("data").path("reason").asText()).isEqualTo("bad_setting");
        assertThat(refused.path("data").path("param").asText()).isEqualTo("launcher");
        assertThat(refused.path("message").asText()).contains("in-process", "the program that embeds it");

        assertThat(world.reason("service.start", Map.of("options", Map.of("launcher", "process"))))
                .isEqualTo("already_running");
    }

    /** Taken over, they were started again by nobody: not by the daemon, which cannot, nor by their own process. */
    @Test
    void threads_of_a_process_on_another_host_are_not_taken_over() throws Exception {
        Path record = new ServiceFiles(Disk.local(), world.service().env().serviceFolder()).record();
        ObjectNode elsewhere = Json.parseObject(Files.readAllBytes(record));
        elsewhere.put("owner_host", "far").put("owner_host_id", "far|1");
        Files.write(record, Json.bytes(elsewhere));
        JsonNode refused = world.reply("service.start", Map.of("options", Map.of("launcher", "process")));
        assertThat(refused.path("error").path("data").path("reason").asText())
                .as("%s", refused)
                .isEqualTo("service_refused");
        assertThat(refused.path("error").path("message").asText()).contains("on far", "millrace stop");
        assertThat(Json.parse(Files.readAllBytes(record))).isEqualTo(elsewhere);
    }
}
