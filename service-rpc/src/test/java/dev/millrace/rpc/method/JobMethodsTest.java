package dev.millrace.rpc.method;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.json.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rows of the contract about jobs, seen from the socket. */
class JobMethodsTest {
    @TempDir
    Path folder;

    private ControlWorld world;

    @BeforeEach
    void begin() throws Exception {
        world = ControlWorld.in(folder);
    }

    @AfterEach
    void end() throws Exception {
        world.close();
    }

    private static Map<String, Object> job(String id) {
        return Map.of("job_id", id);
    }

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
        JsonNode dry = world.result(
                "job.submit", Map.of("job_id", "nightly", "tasks", ControlWorld.steps("a", "b:a"), "dry_run", true));
        assertThat(dry.path("status").asText()).isEqualTo("accepted");
        assertThat(dry.path("steps").asInt()).isEqualTo(2);
        assertThat(world.result("job.list", Map.of())).isEmpty();
        assertThat(world.reason("job.status", job("nightly"))).isEqualTo("unknown_job");
        JsonNode wrong = world.result(
                "job.submit", Map.of("job_id", "nightly", "tasks", ControlWorld.steps("a:x"), "dry_run", true));
        assertThat(wrong.path("reason").asText()).isEqualTo("bad_job");
    }

    @Test
    void the_third_of_two_jobs_waits_and_a_paused_one_gives_its_place_away() throws Exception {
        world.control().limit(world.control().limits().withMaxConcurrentJobs(2));
        ControlWorld.await(
                () -> Json.tree(world.control().hosted().get(0).jobs().most()), most -> most.asInt() == 2);
        world.held.addAll(List.of("a", "b", "c"));
        world.submit("one", "a", "a2:a");
        world.submit("two", "b");
        world.submit("three", "c");
        assertThat(world.status("three").path("status").asText()).isEqualTo("queued");
        assertThat(world.result("job.pause", job("one")).path("paused").asBoolean())
                .isTrue();
        world.until("three", "running");
    }

    @Test
    void status_has_one_form_in_every_state_with_times_codes_and_attempts() throws Exception {
        world.broken.add("b");
        world.held.add("a");
        world.submit("nightly", "a", "b:a");
        List<String> before = new ArrayList<>();
        world.status("nightly").fieldNames().forEachRemaining(before::add);
        world.held.clear();
        world.until("nightly", "failed");
        List<String> after = new ArrayList<>();
        world.status("nightly").fieldNames().forEachRemaining(after::add);
        assertThat(after).isEqualTo(before);
        JsonNode a = world.step("nightly", "a");
        assertThat(a.path("exit_code").asInt(-1)).isZero();
        assertThat(a.path("started_at").asDouble()).isPositive();
        assertThat(a.path("completed_at").asDouble())
                .isGreaterThanOrEqualTo(a.path("started_at").asDouble());
        assertThat(a.path("attempt").asInt()).isEqualTo(1);
        assertThat(world.step("nightly", "b").path("error").asText()).contains("no connection");
    }

    @Test
    void pause_lets_what_runs_finish_and_begins_nothing_more() throws Exception {
        world.held.add("a");
        world.submit("nightly", "a", "b:a");
        ControlWorld.await(
                () -> world.step("nightly", "a"),
                step -> step.path("status").asText().equals("running"));
        assertThat(world.result("job.pause", job("nightly")).path("paused").asBoolean())
                .isTrue();
        JsonNode again = world.result("job.pause", job("nightly"));
        assertThat(again.path("paused").asBoolean()).isFalse();
        assertThat(again.path("error").asText()).contains("is paused");
        world.held.clear();
        ControlWorld.await(
                () -> world.step("nightly", "b"),
                step -> step.path("status").asText().equals("pending"));
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
        ControlWorld.await(
                () -> world.step("nightly", "a"),
                step -> step.path("status").asText().equals("running"));
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
        Awaitility.await().until(() -> !world.children.isEmpty());
        assertThat(world.result("job.cancel", job("nightly")).path("cancelled").asBoolean())
                .isTrue();
        Awaitility.await()
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
        ControlWorld.await(
                () -> world.step("nightly", "b"),
                step -> step.path("status").asText().equals("running"));
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

    @Test
    void list_is_filtered_and_cut() throws Exception {
        world.submit("one", "a");
        world.until("one", "completed");
        world.held.add("b");
        world.submit("two", "b");
        assertThat(world.result("job.list", Map.of()).findValuesAsText("job_id"))
                .containsExactly("two", "one");
        assertThat(world.result("job.list", Map.of("statuses", List.of("completed")))
                        .findValuesAsText("job_id"))
                .containsExactly("one");
        assertThat(world.result("job.list", Map.of("limit", 1, "offset", 1)).findValuesAsText("job_id"))
                .containsExactly("one");
        assertThat(world.code("job.list", Map.of("statuses", List.of("nonsense"))))
                .isEqualTo(-32602);
    }

    /** A second service, in which nothing runs. */
    private void beginBeta() throws Exception {
        Path app = Files.createDirectories(world.folder.resolve("apps/beta"));
        Files.writeString(app.resolve("app_settings.toml"), "[service]\nslots = 1\n");
        world.control().service(Optional.of("beta")).service().queue().prepare();
    }

    private void submit(String service, String job, String step) throws Exception {
        Map<String, Object> params = Map.of("service", service, "job_id", job, "tasks", ControlWorld.steps(step));
        assertThat(world.result("job.submit", params).path("status").asText()).isEqualTo("accepted");
    }

    @Test
    void jobs_of_several_services_are_one_list_with_those_first_that_have_not_ended() throws Exception {
        beginBeta();
        world.held.add("a");
        submit("app", "ended", "e");
        world.until("ended", "completed");
        submit("app", "first", "a");
        submit("beta", "second", "b");
        submit("app", "third", "a");
        assertThat(world.result("job.list", Map.of()).findValuesAsText("job_id"))
                .containsExactly("third", "second", "first", "ended");
        assertThat(world.result("job.list", Map.of("limit", 2, "offset", 1)).findValuesAsText("service"))
                .containsExactly("beta", "app");
    }

    @Test
    void that_one_service_does_not_know_a_job_does_not_hide_why_another_keeps_it() throws Exception {
        beginBeta();
        world.held.add("a");
        submit("app", "mine", "a");
        JsonNode cleared = world.result("job.clear", Map.of("job_ids", List.of("mine", "nobody")));
        assertThat(cleared.path("deleted").asInt()).isZero();
        assertThat(cleared.path("refused").path("mine").asText()).isEqualTo("is running");
        assertThat(cleared.path("refused").path("nobody").asText()).isEqualTo("there is no such job");
    }

    @Test
    void clear_removes_only_ended_jobs_and_an_empty_effective_set_removes_none() throws Exception {
        world.submit("one", "a");
        world.until("one", "completed");
        world.held.add("b");
        world.submit("two", "b");
        JsonNode none = world.result("job.clear", Map.of("statuses", List.of("running")));
        assertThat(none.path("deleted").asInt()).isZero();
        assertThat(none.path("refused").path("two").asText()).isEqualTo("is running");
        assertThat(world.result("job.clear", Map.of("statuses", List.of()))
                        .path("deleted")
                        .asInt())
                .isZero();
        assertThat(world.result("job.clear", Map.of("job_ids", List.of()))
                        .path("deleted")
                        .asInt())
                .isZero();
        assertThat(world.result("job.clear", Map.of("older_than_seconds", 3_600))
                        .path("deleted")
                        .asInt())
                .isZero();
        JsonNode young =
                world.result("job.clear", Map.of("job_ids", List.of("one", "two"), "older_than_seconds", 3_600));
        assertThat(young.path("deleted").asInt()).isZero();
        assertThat(young.path("refused").path("one").asText()).isEqualTo("is too young");
        assertThat(young.path("refused").path("two").asText()).isEqualTo("is running");
        JsonNode cleared = world.result("job.clear", Map.of());
        assertThat(cleared.path("jobs").findValues("none")).isEmpty();
        assertThat(cleared.path("jobs").get(0).asText()).isEqualTo("one");
        assertThat(world.result("job.list", Map.of()).findValuesAsText("job_id"))
                .containsExactly("two");
    }

    @Test
    void errors_and_history_come_from_the_attempts_and_survive_a_restart() throws Exception {
        world.broken.add("a");
        world.submit("nightly", "a");
        world.until("nightly", "failed");
        world.result("job.resume", job("nightly"));
        ControlWorld.await(
                () -> world.status("nightly"),
                view -> view.path("run").asInt() == 2
                        && view.path("status").asText().equals("failed"));
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
    void recover_tells_what_it_would_do_without_a_change_and_then_does_it() throws Exception {
        world.held.add("a");
        world.broken.add("a");
        world.submit("nightly", "a", "b:a");
        assertThat(world.code("job.recover", job("nightly"))).isEqualTo(-32002);
        world.held.clear();
        world.until("nightly", "failed");
        ControlWorld.await(
                () -> world.status("nightly"),
                view -> !view.path("completed_at").isNull());
        Map<String, String> before = tree();
        JsonNode dry = world.result("job.recover", Map.of("job_id", "nightly", "dry_run", true));
        assertThat(tree()).isEqualTo(before);
        assertThat(dry.path("after").path("pending").asInt()).isEqualTo(2);
        assertThat(dry.path("reset")).hasSize(2);
        world.broken.clear();
        world.result("job.recover", job("nightly"));
        assertThat(world.status("nightly").path("status").asText()).isEqualTo("paused");
        world.result("job.resume", job("nightly"));
        world.until("nightly", "completed");
    }

    /** Jobs and tasks; heartbeats and the daemon's own files go on. */
    private Map<String, String> tree() throws Exception {
        Map<String, String> tree = new java.util.TreeMap<>();
        Path queue = folder.toRealPath().resolve("share/service/app/queue");
        try (var files = Files.walk(queue)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = queue.relativize(file).toString();
                boolean alive = name.startsWith("heartbeats")
                        || name.contains("lease")
                        || name.contains("outcomes")
                        || name.endsWith("lock")
                        || name.contains("steward")
                        || name.contains("runtimes");
                if (!alive) tree.put(name, Files.readString(file) + Files.getLastModifiedTime(file));
            }
        }
        return tree;
    }
}
