package dev.millrace.rpc.method;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** All jobs of all services, seen from the socket: list and clear. */
class JobListMethodsTest extends WithControlWorld {
    private void oneEndsAndTwoRuns() throws Exception {
        world.submit("one", "a");
        world.until("one", "completed");
        world.awaitEndOf("one");
        world.held.add("b");
        world.submit("two", "b");
    }

    @Test
    void list_is_filtered_and_cut() throws Exception {
        oneEndsAndTwoRuns();
        assertThat(world.result("job.list", Map.of()).findValuesAsText("job_id"))
                .containsExactly("two", "one");
        assertThat(storedIn("open")).isEqualTo(1);
        assertThat(storedIn("ended")).isEqualTo(1);
        assertThat(world.result("job.list", Map.of("statuses", List.of("completed")))
                        .findValuesAsText("job_id"))
                .containsExactly("one");
        assertThat(world.result("job.list", Map.of("limit", 1, "offset", 1)).findValuesAsText("job_id"))
                .containsExactly("one");
        assertThat(world.code("job.list", Map.of("statuses", List.of("nonsense"))))
                .isEqualTo(-32602);
    }

    private long storedIn(String state) throws Exception {
        try (Stream<Path> files =
                Files.list(world.service().queue().layout().jobs().resolve(state))) {
            return files.filter(file -> file.toString().endsWith(".json")).count();
        }
    }

    @Test
    void jobs_of_several_services_are_one_list_with_those_first_that_have_not_ended() throws Exception {
        world.beginBeta();
        world.held.add("a");
        world.submitTo("app", "ended", "e");
        world.until("ended", "completed");
        world.submitTo("app", "first", "a");
        world.submitTo("beta", "second", "b");
        world.submitTo("app", "third", "a");
        assertThat(world.result("job.list", Map.of()).findValuesAsText("job_id"))
                .containsExactly("third", "second", "first", "ended");
        assertThat(world.result("job.list", Map.of("limit", 2, "offset", 1)).findValuesAsText("service"))
                .containsExactly("beta", "app");
    }

    /** Another user's, perhaps: all answers over several services were errors, and no submit was taken anywhere. */
    @Test
    void a_service_that_cannot_be_read_hides_no_other_and_is_named() throws Exception {
        world.beginBeta();
        Path jobs = world.control()
                .service(Optional.of("beta"))
                .service()
                .queue()
                .layout()
                .jobs();
        Files.createDirectories(jobs);
        // Root may read what others may not, but not what is nowhere.
        Files.createSymbolicLink(jobs.resolve("open"), jobs.resolve("open"));
        world.submitTo("app", "mine", "a");
        world.until("mine", "completed");
        assertThat(world.result("job.status", Map.of("job_id", "mine"))
                        .path("service")
                        .asText())
                .isEqualTo("app");
        assertThat(world.result("job.list", Map.of()).findValuesAsText("job_id"))
                .containsExactly("mine");
        for (String method : List.of("daemon.status", "daemon.top"))
            assertThat(world.result(method, Map.of())
                            .path("problems")
                            .path("beta")
                            .asText())
                    .as(method)
                    .contains("open");
        assertThat(world.result("daemon.ready", Map.of()).path("probe_error").asText())
                .contains("beta");
        assertThat(world.result("daemon.rate_limits", Map.of())
                        .path("active_limits")
                        .asInt())
                .isZero();
        assertThat(world.code("job.list", Map.of("service", "beta"))).isEqualTo(-32603);
        JsonNode unknown = world.reply("job.status", Map.of("job_id", "nobody")).path("error");
        assertThat(unknown.path("code").asInt()).isEqualTo(-32000);
        assertThat(unknown.path("data").path("problems").path("beta").asText()).contains("open");
        JsonNode kept = world.result("job.cancel", Map.of("job_id", "nobody"));
        assertThat(kept.path("cancelled").asBoolean(true)).isFalse();
        assertThat(kept.path("error").asText()).contains("nobody", "beta");
    }

    private Path settingsOfARunningJob() throws Exception {
        world.held.add("a");
        world.submit("nightly", "a");
        world.until("nightly", "running");
        return world.folder.resolve("apps/app/app_settings.toml");
    }

    /** One typo made a running job unknown, and nothing said so. */
    @Test
    void a_service_whose_settings_are_spoilt_is_seen_as_it_was_and_named() throws Exception {
        Path settings = settingsOfARunningJob();
        String fit = Files.readString(settings);
        Files.writeString(settings, fit + "[cluster.service_health]\nnonsense = 1\n");
        JsonNode problems = ControlWorld.await(
                () -> world.result("daemon.status", Map.of()).path("problems"), told -> told.has("app"));
        assertThat(problems.path("app").asText()).contains("app_settings.toml", "nonsense");
        assertThat(world.status("nightly").path("status").asText()).isEqualTo("running");
        assertThat(world.result("job.status", Map.of("job_id", "nightly", "service", "app"))
                        .path("status")
                        .asText())
                .isEqualTo("running");
        assertThat(world.result("job.list", Map.of()).findValuesAsText("job_id"))
                .containsExactly("nightly");
        assertThat(world.result("job.cancel", Map.of("job_id", "nightly"))
                        .path("cancelled")
                        .asBoolean())
                .isTrue();
        world.until("nightly", "cancelled");

        Files.writeString(settings, fit);
        ControlWorld.await(
                () -> world.result("daemon.status", Map.of()),
                status -> status.path("problems").isEmpty());
    }

    @Test
    void a_daemon_that_begins_over_spoilt_settings_names_the_service_where_a_job_is_looked_for() throws Exception {
        Path settings = settingsOfARunningJob();
        String fit = Files.readString(settings);
        world.dies();
        Files.writeString(settings, fit + "nonsense = 1\n");
        world.begin();
        JsonNode unknown =
                world.reply("job.status", Map.of("job_id", "nightly")).path("error");
        assertThat(unknown.path("data").path("problems").path("app").asText()).contains("app_settings.toml");

        Files.writeString(settings, fit);
        ControlWorld.await(() -> world.reply("job.status", Map.of("job_id", "nightly")), reply -> reply.has("result"));
    }

    @Test
    void an_app_that_is_gone_is_named_as_long_as_a_job_of_it_is_open() throws Exception {
        world.beginBeta();
        world.submitTo("beta", "orphan", "a");
        Files.createDirectories(world.folder.resolve("share/service/forgotten/queue"));
        world.dies();
        Files.move(world.folder.resolve("apps/beta"), world.folder.resolve("beta-elsewhere"));
        world.begin();
        JsonNode problems = world.result("daemon.status", Map.of()).path("problems");
        assertThat(problems.properties()).hasSize(1);
        assertThat(problems.path("beta").asText()).contains("'beta' is not there");
    }

    @Test
    void that_one_service_does_not_know_a_job_does_not_hide_why_another_keeps_it() throws Exception {
        world.beginBeta();
        world.held.add("a");
        world.submitTo("app", "mine", "a");
        JsonNode cleared = world.result("job.clear", Map.of("job_ids", List.of("mine", "nobody")));
        assertThat(cleared.path("deleted").asInt()).isZero();
        assertThat(cleared.path("refused").path("mine").asText()).isEqualTo("is running");
        assertThat(cleared.path("refused").path("nobody").asText()).isEqualTo("there is no such job");
    }

    @Test
    void clear_removes_only_ended_jobs_and_an_empty_effective_set_removes_none() throws Exception {
        oneEndsAndTwoRuns();
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
        assertThat(cleared.path("jobs")).hasSize(1);
        assertThat(cleared.path("jobs").get(0).asText()).isEqualTo("one");
        assertThat(world.result("job.list", Map.of()).findValuesAsText("job_id"))
                .containsExactly("two");
    }
}
