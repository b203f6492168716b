package dev.millrace.rpc.method;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is known of jobs that failed, seen from the socket, and how they are recovered. */
class JobRecordMethodsTest extends WithControlWorld {
    @Test
    void errors_and_history_come_from_the_attempts_and_survive_a_restart() throws Exception {
        world.broken.add("a");
        world.submit("nightly", "a");
        world.until("nightly", "failed");
        world.result("job.resume", job("nightly"));
        world.until("nightly", "failed", 2);
        JsonNode errors = world.result("job.errors", job("nightly"));
        assertThat(errors.path("total").asInt()).isEqualTo(2);
        JsonNode last = errors.path("errors").get(0);
        assertThat(last.path("type").asText()).isEqualTo("permanent");
        assertThat(last.path("code").asText()).isEqualTo("failed");
        assertThat(last.path("error_class").asText()).isEqualTo("java.io.IOException");
        assertThat(last.path("run").asInt()).isEqualTo(2);
        world.dies();
        world.begin();
        JsonNode history = world.result("job.history", Map.of("job_id", "nightly", "limit", 1));
        assertThat(history.path("records")).hasSize(1);
        assertThat(history.path("records").get(0).path("run").asInt()).isEqualTo(2);
        assertThat(world.result("job.history", job("nightly")).path("records").findValuesAsText("run"))
                .containsExactly("2", "1");
        assertThat(world.result("job.history", Map.of("job_id", "nightly", "item", "none"))
                        .path("records"))
                .isEmpty();
        assertThat(world.result("job.history", Map.of("job_id", "nightly", "sheet_num", 1))
                        .path("records"))
                .hasSize(2);
        JsonNode report = world.result("job.diagnose", job("nightly"));
        assertThat(report.path("error_count").asInt()).isEqualTo(2);
        assertThat(report.path("timing").path("duration_seconds").isNumber()).isTrue();
        assertThat(report.path("execution_timeline")).hasSize(1);
    }

    @Test
    void an_exit_code_is_a_number_whatever_a_handler_calls_so() throws Exception {
        world.submit("nightly", "a", "odd");
        world.until("nightly", "completed");
        JsonNode records = world.result("job.history", job("nightly")).path("records");
        assertThat(records.findValuesAsText("exit_code")).containsExactlyInAnyOrder("0", "null");
    }

    /** A step that is tried twice, at once. */
    private static ObjectNode twice(String step) {
        ObjectNode json = (ObjectNode) ControlWorld.steps(step).get(0);
        json.put("max_attempts", 2).set("retry", Json.tree(Map.of("strategy", "fixed", "base", 0)));
        return json;
    }

    /** The first step fails twice, the second runs out of time, the third waits for the first. */
    private void submitBad() throws Exception {
        world.broken.add("a");
        world.held.add("b");
        ObjectNode job = Json.object().put("job_id", "nightly");
        ArrayNode steps = job.putArray("tasks").add(twice("a"));
        steps.addAll(ControlWorld.steps("b", "c:a"));
        ((ObjectNode) steps.get(1)).put("timeout_sec", 0.2);
        world.result("job.submit", job);
        world.until("nightly", "failed");
        ControlWorld.await(
                () -> world.result("job.errors", job("nightly")),
                errors -> errors.path("total").asInt() == 4);
    }

    private List<String> errors(Map<String, Object> filter) throws Exception {
        Map<String, Object> params = new HashMap<>(filter);
        params.put("job_id", "nightly");
        List<String> told = new ArrayList<>();
        for (JsonNode error : world.result("job.errors", params).path("errors"))
            told.add(error.path("item").asText() + error.path("attempt").asInt() + " "
                    + error.path("type").asText() + " " + error.path("code").asText());
        return told;
    }

    @Test
    void errors_have_attempt_type_code_and_the_end_of_the_log_and_are_filtered_by_each() throws Exception {
        submitBad();
        assertThat(errors(Map.of()))
                .containsExactlyInAnyOrder(
                        "a1 transient failed", "a2 permanent failed", "b1 permanent timed_out", "c0 permanent skipped");
        assertThat(errors(Map.of("type", "transient"))).containsExactly("a1 transient failed");
        assertThat(errors(Map.of("code", "timed_out"))).containsExactly("b1 permanent timed_out");
        assertThat(errors(Map.of("item", "a"))).containsExactly("a2 permanent failed", "a1 transient failed");
        assertThat(errors(Map.of("sheet_num", 2))).containsExactly("b1 permanent timed_out");
        assertThat(errors(Map.of("item", "a", "limit", 1))).containsExactly("a2 permanent failed");
        JsonNode first = world.result("job.errors", Map.of("job_id", "nightly", "item", "a"))
                .path("errors")
                .path(0);
        assertThat(first.path("message").asText()).contains("no connection");
        assertThat(first.path("output_tail").asText()).contains("cannot reach it");
        assertThat(first.path("worker").asText()).isNotEmpty();
    }

    @Test
    void diagnose_is_progress_times_timeline_errors_logs_and_queue_in_one() throws Exception {
        submitBad();
        JsonNode report = world.result("job.diagnose", job("nightly"));
        assertThat(report.path("status").asText()).isEqualTo("failed");
        assertThat(report.path("progress").path("total").asInt()).isEqualTo(3);
        assertThat(report.path("progress").path("failed").asInt()).isEqualTo(2);
        assertThat(report.path("progress").path("skipped").asInt()).isEqualTo(1);
        assertThat(report.path("timing").path("started_at").isNumber()).isTrue();
        assertThat(report.path("execution_timeline").findValuesAsText("name")).containsExactly("a", "b", "c");
        assertThat(report.path("execution_timeline").path(2).path("error").asText())
                .contains("dependency nightly.1.a failed");
        assertThat(report.path("execution_stats").path("total_retry_count").asInt())
                .isEqualTo(1);
        assertThat(report.path("errors")).hasSize(4);
        assertThat(report.path("execution_history_count").asInt()).isEqualTo(3);
        assertThat(report.path("log_files").findValuesAsText("item")).contains("a");
        assertThat(report.path("log_files").path(0).path("size_bytes").asLong()).isPositive();
        assertThat(report.path("queue").path("failed").asInt()).isEqualTo(2);
        assertThat(report.path("pressure").asText()).isEqualTo("none");
        assertThat(report.path("job_error").asText()).isNotEmpty();
    }

    @Test
    void recovered_steps_have_all_their_attempts_again() throws Exception {
        world.broken.add("a");
        ObjectNode job = Json.object().put("job_id", "nightly");
        job.putArray("tasks").add(twice("a"));
        world.result("job.submit", job);
        world.until("nightly", "failed");
        assertThat(world.ran).containsExactly("a", "a");
        JsonNode done = world.result("job.recover", job("nightly"));
        assertThat(done.path("before").path("failed").asInt()).isEqualTo(1);
        assertThat(done.path("after").path("pending").asInt()).isEqualTo(1);
        assertThat(done.path("reset").path(0).asText()).isEqualTo("a");
        assertThat(world.ran).hasSize(2);
        world.result("job.resume", job("nightly"));
        world.until("nightly", "failed", 2);
        assertThat(world.ran).containsExactly("a", "a", "a", "a");
        assertThat(world.step("nightly", "a").path("attempt").asInt()).isEqualTo(2);
    }

    @Test
    void diagnose_tells_what_holds_kinds_of_the_service_back() throws Exception {
        world.submit("nightly", "a");
        world.until("nightly", "completed");
        for (int i = 0; i < 3; i++) world.submitTask("rated", "r" + i);
        ControlWorld.await(
                () -> world.result("daemon.rate_limits", Map.of()),
                now -> now.path("active_limits").asInt() == 1);
        world.result("task.pause", Map.of("kind", "frail", "reason", "lunch"));
        JsonNode report = world.result("job.diagnose", job("nightly"));
        JsonNode lanes = report.path("lanes");
        assertThat(lanes.path("rates").path("rated").path("seconds_remaining").asDouble())
                .isPositive();
        assertThat(lanes.path("open_breakers")).isEmpty();
        assertThat(lanes.path("paused").path(0).path("kind").asText()).isEqualTo("frail");
        assertThat(report.path("pressure").asText()).isEqualTo("high");
    }

    private List<String> reset(Map<String, Object> chosen) throws Exception {
        Map<String, Object> params = new HashMap<>(chosen);
        params.put("job_id", "nightly");
        params.put("dry_run", true);
        List<String> names = new ArrayList<>();
        world.result("job.recover", params).path("reset").forEach(name -> names.add(name.asText()));
        return names;
    }

    @Test
    void steps_to_recover_are_chosen_by_name_place_or_beginning_and_what_they_held_up_goes_with_them()
            throws Exception {
        world.broken.addAll(List.of("b", "x"));
        world.submit("nightly", "a", "b:a", "c:b", "x");
        world.until("nightly", "failed");
        world.awaitEndOf("nightly");
        assertThat(reset(Map.of())).containsExactly("b", "c", "x");
        assertThat(reset(Map.of("items", List.of("b")))).containsExactly("b", "c");
        assertThat(reset(Map.of("sheet_num", 2))).containsExactly("b", "c");
        assertThat(reset(Map.of("from_item", "c"))).containsExactly("c", "x");
        assertThat(reset(Map.of("items", List.of("a")))).isEmpty();
        for (Map<String, Object> unknown : List.<Map<String, Object>>of(
                Map.of("items", List.of("none")), Map.of("from_item", "../b"), Map.of("sheet_num", 5))) {
            Map<String, Object> params = new HashMap<>(unknown);
            params.put("job_id", "nightly");
            assertThat(world.code("job.recover", params)).isEqualTo(-32602);
        }
        world.broken.clear();
        world.result("job.recover", Map.of("job_id", "nightly", "items", List.of("b", "x")));
        world.result("job.resume", job("nightly"));
        world.until("nightly", "completed");
    }

    @Test
    void what_was_run_again_as_a_task_is_recovered() throws Exception {
        world.broken.add("a");
        world.submit("nightly", "a", "b:a");
        world.until("nightly", "failed");
        world.awaitEndOf("nightly");
        world.broken.clear();
        world.result("task.retry", Map.of("ids", List.of("nightly.1.a")));
        world.untilDone("nightly.1.a");
        JsonNode done = world.result("job.recover", job("nightly"));
        assertThat(done.path("recovered").path(0).asText()).isEqualTo("a");
        assertThat(done.path("reset").path(0).asText()).isEqualTo("b");
        assertThat(done.path("after").path("done").asInt()).isEqualTo(1);
        world.result("job.resume", job("nightly"));
        world.until("nightly", "completed");
        assertThat(world.ran).containsExactly("a", "a", "b");
    }

    @Test
    void recover_tells_what_it_would_do_without_a_change_and_then_does_it() throws Exception {
        world.held.add("a");
        world.broken.add("a");
        world.submit("nightly", "a", "b:a");
        assertThat(world.code("job.recover", job("nightly"))).isEqualTo(-32002);
        world.held.clear();
        world.until("nightly", "failed");
        world.awaitEndOf("nightly");
        Map<String, String> before = world.tree();
        JsonNode dry = world.result("job.recover", Map.of("job_id", "nightly", "dry_run", true));
        assertThat(world.tree()).isEqualTo(before);
        assertThat(dry.path("after").path("pending").asInt()).isEqualTo(2);
        assertThat(dry.path("reset")).hasSize(2);
        world.broken.clear();
        world.result("job.recover", job("nightly"));
        assertThat(world.status("nightly").path("status").asText()).isEqualTo("paused");
        world.result("job.resume", job("nightly"));
        world.until("nightly", "completed");
    }
}
