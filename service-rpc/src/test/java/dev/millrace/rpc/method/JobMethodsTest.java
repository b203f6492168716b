package dev.millrace.rpc.method;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.json.Json;
import dev.millrace.rpc.Patience;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The life of a job, seen from the socket: the rows of the contract about submit to modify. */
class JobMethodsTest extends WithControlWorld {
    @Test
    void submit_is_accepted_at_once_listed_and_known_to_whoever_comes_next() throws Exception {
        world.held.add("a");
        JsonNode taken = world.submit("nightly", "a", "b:a");
        assertThat(taken.path("status").asText()).isEqualTo("accepted");
        assertThat(world.result("job.list", Map.of()).findValuesAsText("job_id"))
                .contains("nightly");
        world.dies();
        world.begin();
        assertThat(world.status("nightly").path("status").asText()).isEqualTo("running");
        world.held.clear();
        world.until("nightly", "completed");
        assertThat(world.ran).containsExactly("a", "b");
    }

    @Test
    void a_job_file_in_toml_or_json_is_read_from_its_path() throws Exception {
        Path toml = Files.writeString(folder.resolve("weekly.toml"), """
                service = "app"
                [[tasks]]
                name = "a"
                kind = "work"
                [[tasks]]
                name = "b"
                kind = "work"
                depends_on = ["a"]
                args = { top = 5 }
                """);
        assertThat(world.result("job.submit", Map.of("config_path", toml.toString()))
                        .path("job_id")
                        .asText())
                .isEqualTo("weekly");
        world.until("weekly", "completed");
        Files.write(folder.resolve("daily.json"), Json.bytes(Map.of("tasks", ControlWorld.steps("c"))));
        JsonNode daily =
                world.result("job.submit", Map.of("config_path", "daily.json", "client_cwd", folder.toString()));
        assertThat(daily.path("status").asText()).as("%s", daily).isEqualTo("accepted");
        world.until("daily", "completed");
        assertThat(world.ran).containsExactly("a", "b", "c");
    }

    @Test
    void the_steps_of_a_large_job_are_told_piece_by_piece_or_without_their_results() throws Exception {
        world.submit("large", "a", "b", "c");
        world.until("large", "completed");
        JsonNode part = world.result("job.status", Map.of("job_id", "large", "offset", 1, "limit", 1));
        assertThat(part.path("steps").findValuesAsText("name")).containsExactly("b");
        assertThat(part.path("progress").path("total").asInt()).isEqualTo(3);
        assertThat(part.path("steps").path(0).path("result").path("exit_code").asInt(-1))
                .isZero();

        JsonNode without = world.result("job.status", Map.of("job_id", "large", "results", false));
        assertThat(without.path("steps"))
                .hasSize(3)
                .allMatch(step -> step.path("result").isNull());
        assertThat(without.path("steps").path(0).path("exit_code").asInt(-1)).isZero();
    }

    @Test
    void a_job_that_is_not_paused_is_not_resumed_and_the_reason_is_told() throws Exception {
        world.held.add("a");
        world.submit("nightly", "a");
        world.until("nightly", "running");
        JsonNode refused = world.result("job.resume", Map.of("job_id", "nightly"));
        assertThat(refused.path("status").asText()).isEqualTo("rejected");
        assertThat(refused.path("reason").asText()).isEqualTo("not_resumable");
        assertThat(refused.path("message").asText()).contains("running");
    }

    @Test
    void each_refusal_of_submit_has_a_reason_of_its_own() throws Exception {
        assertThat(refused(Map.of("config_path", folder.resolve("none.toml").toString())))
                .isEqualTo("bad_job");
        world.held.add("a");
        world.submit("nightly", "a");
        assertThat(refused(Map.of("job_id", "nightly", "tasks", ControlWorld.steps("a"))))
                .isEqualTo("already_active");
        assertThat(refused(Map.of("job_id", "other", "tasks", ControlWorld.steps("a"), "service", "none")))
                .isEqualTo("unknown_service");
        world.memoryMb = 7_000;
        ControlWorld.await(
                () -> world.result("daemon.ready", Map.of()),
                ready -> !ready.path("accepting_work").asBoolean());
        assertThat(refused(Map.of("job_id", "other", "tasks", ControlWorld.steps("a"))))
                .isEqualTo("pressure");
        world.memoryMb = 100;
        assertThat(world.code("job.submit", Map.of())).isEqualTo(-32602);
        assertThat(world.code("job.status", Map.of())).isEqualTo(-32602);
        world.control().drain();
        assertThat(refused(Map.of("job_id", "other", "tasks", ControlWorld.steps("a"))))
                .isEqualTo("shutting_down");
        assertThat(world.status("nightly").path("status").asText()).isEqualTo("running");
    }

    private String refused(Map<String, Object> params) throws Exception {
        JsonNode refused = world.result("job.submit", params);
        assertThat(refused.path("status").asText()).as("%s", refused).isEqualTo("rejected");
        return refused.path("reason").asText();
    }

    @Test
    void dry_run_checks_and_leaves_no_trace() throws Exception {
        Map<String, String> before = world.tree();
        JsonNode dry = world.result(
                "job.submit", Map.of("job_id", "nightly", "tasks", ControlWorld.steps("a", "b:a"), "dry_run", true));
        assertThat(dry.path("status").asText()).isEqualTo("accepted");
        assertThat(dry.path("steps").asInt()).isEqualTo(2);
        assertThat(world.result("job.list", Map.of())).isEmpty();
        assertThat(world.reason("job.status", job("nightly"))).isEqualTo("unknown_job");
        JsonNode wrong = world.result(
                "job.submit", Map.of("job_id", "nightly", "tasks", ControlWorld.steps("a:x"), "dry_run", true));
        assertThat(wrong.path("reason").asText()).isEqualTo("bad_job");
        assertThat(wrong.path("code").asInt()).isEqualTo(-32602);
        assertThat(world.tree()).isEqualTo(before);
        assertThat(world.ran).isEmpty();
    }

    @Test
    void pause_lets_what_runs_finish_and_begins_nothing_more() throws Exception {
        world.held.add("a");
        world.submit("nightly", "a", "b:a");
        world.untilStep("nightly", "a", "running");
        assertThat(world.result("job.pause", job("nightly")).path("paused").asBoolean())
                .isTrue();
        JsonNode again = world.result("job.pause", job("nightly"));
        assertThat(again.path("paused").asBoolean()).isFalse();
        assertThat(again.path("error").asText()).contains("is paused");
        world.held.clear();
        world.untilStep("nightly", "b", "pending");
        assertThat(world.status("nightly").path("status").asText()).isEqualTo("paused");
        assertThat(world.result("service.why", Map.of("subject", "nightly.1.b"))
                        .path("causes")
                        .findValuesAsText("code"))
                .contains("job_paused");
        assertThat(world.result("job.resume", job("nightly")).path("status").asText())
                .isEqualTo("accepted");
        world.until("nightly", "completed");
        assertThat(world.ran).containsExactly("a", "b");
    }

    @Test
    void resume_of_a_failed_job_runs_what_failed_and_what_was_skipped_and_nothing_else() throws Exception {
        world.broken.add("b");
        world.submit("nightly", "a", "b:a", "c:b", "d:a");
        world.until("nightly", "failed");
        assertThat(world.step("nightly", "c").path("status").asText()).isEqualTo("skipped");
        assertThat(world.step("nightly", "c").path("error").asText()).contains("dependency nightly.1.b failed");
        assertThat(world.step("nightly", "c").path("started_at").isNull()).isTrue();
        assertThat(world.step("nightly", "c").path("attempt").isNull()).isTrue();
        assertThat(world.step("nightly", "d").path("status").asText()).isEqualTo("done");
        world.ran.clear();
        world.broken.clear();
        world.result("job.resume", job("nightly"));
        world.until("nightly", "completed");
        assertThat(world.ran).containsExactly("b", "c");
        JsonNode refused = world.result("job.resume", job("nightly"));
        assertThat(refused.path("reason").asText()).isEqualTo("not_resumable");
        assertThat(refused.path("message").asText()).contains("completed");
    }

    @Test
    void cancel_interrupts_what_runs_and_says_false_the_second_time() throws Exception {
        world.held.add("a");
        world.submit("nightly", "a", "b:a");
        world.untilStep("nightly", "a", "running");
        assertThat(world.result("job.cancel", job("nightly")).path("cancelled").asBoolean())
                .isTrue();
        assertThat(world.status("nightly").path("status").asText()).isEqualTo("cancelled");
        ControlWorld.await(
                () -> world.status("nightly"),
                view -> view.path("progress").path("cancelled").asInt() == 2);
        assertThat(world.result("job.cancel", job("nightly")).path("cancelled").asBoolean())
                .isFalse();
        assertThat(world.result("job.cancel", job("nobody")).path("cancelled").asBoolean())
                .isFalse();
        assertThat(world.ran).containsExactly("a");
    }

    @Test
    void cancel_ends_what_a_handler_has_started_within_three_seconds() throws Exception {
        world.submit("nightly", "child", "after:child");
        Patience.await().until(() -> !world.children.isEmpty());
        assertThat(world.result("job.cancel", job("nightly")).path("cancelled").asBoolean())
                .isTrue();
        Patience.await()
                .atMost(Duration.ofSeconds(3))
                .until(() -> !world.children.get(0).isAlive());
        ControlWorld.await(
                () -> world.status("nightly"),
                view -> view.path("progress").path("cancelled").asInt() == 2);
        assertThat(world.status("nightly").path("status").asText()).isEqualTo("cancelled");
    }

    @Test
    void modify_restarts_a_running_job_with_its_new_definition() throws Exception {
        world.held.add("b");
        world.submit("nightly", "a", "b:a");
        world.untilStep("nightly", "b", "running");
        JsonNode modified =
                world.result("job.modify", Map.of("job_id", "nightly", "tasks", ControlWorld.steps("a", "c:a", "d:c")));
        assertThat(modified.path("status").asText()).as("%s", modified).isEqualTo("accepted");
        world.until("nightly", "completed");
        assertThat(world.ran).containsExactly("a", "b", "c", "d");
        assertThat(world.result("job.modify", Map.of("job_id", "nightly", "tasks", ControlWorld.steps("a")))
                        .path("reason")
                        .asText())
                .isEqualTo("not_resumable");
    }

    @Test
    void an_error_in_one_job_leaves_the_others_running() throws Exception {
        world.held.add("a");
        world.submit("good", "a", "b:a");
        world.submit("bad", "bomb");
        world.until("bad", "failed");
        assertThat(world.step("bad", "bomb").path("error_class").asText()).isEqualTo("java.lang.StackOverflowError");
        assertThat(world.status("good").path("status").asText()).isEqualTo("running");
        world.held.clear();
        world.until("good", "completed");
    }
}
