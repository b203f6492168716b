package dev.millrace.rpc.method;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.control.ProcessUse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The rows of the contract about the daemon itself, seen from the socket. */
class DaemonMethodsTest extends WithControlWorld {
    @Override
    void prepare() throws Exception {
        Files.writeString(folder.resolve("daemon.toml"), "[daemon]\nmax_concurrent_jobs = 7\n");
    }

    @Test
    void health_answers_also_while_the_daemon_ends() throws Exception {
        JsonNode health = world.result("daemon.health", Map.of());
        assertThat(health.path("status").asText()).isEqualTo("ok");
        assertThat(health.path("shutting_down").asBoolean()).isFalse();
        world.result("daemon.shutdown", Map.of());
        assertThat(world.result("daemon.health", Map.of()).path("shutting_down").asBoolean())
                .isTrue();
        assertThat(world.result("daemon.ready", Map.of()).path("reasons").get(0).asText())
                .isEqualTo("shutting_down");
        assertThat(world.ends()).isTrue();
    }

    @Test
    void health_asks_the_system_for_nothing() throws Exception {
        int before = world.asksForPid.get();
        for (int i = 0; i < 5; i++)
            assertThat(world.result("daemon.health", Map.of()).path("pid").asLong())
                    .isEqualTo(ProcessHandle.current().pid());
        assertThat(world.asksForPid.get()).isEqualTo(before);
    }

    @Test
    void ready_flips_at_four_fifths_of_a_limit_and_back() throws Exception {
        assertThat(world.result("daemon.ready", Map.of()).path("status").asText())
                .isEqualTo("ready");
        world.memoryMb = 0.80 * 8_192;
        JsonNode full = world.result("daemon.ready", Map.of());
        assertThat(full.path("status").asText()).isEqualTo("not_ready");
        assertThat(full.path("pressure").asText()).isEqualTo("critical");
        world.memoryMb = 100;
        world.processes = 40;
        assertThat(world.result("daemon.ready", Map.of()).path("accepting_work").asBoolean())
                .isFalse();
        world.processes = 39;
        assertThat(world.result("daemon.ready", Map.of()).path("status").asText())
                .isEqualTo("ready");
    }

    @Test
    void more_than_three_failures_within_a_minute_make_it_not_ready() throws Exception {
        world.broken.addAll(List.of("a", "b", "c", "d"));
        world.submit("nightly", "a", "b", "c");
        JsonNode three = ControlWorld.await(
                () -> world.result("daemon.ready", Map.of()),
                now -> now.path("failures_last_minute").asInt() == 3);
        assertThat(three.path("failure_rate_elevated").asBoolean()).isFalse();
        assertThat(three.path("status").asText()).isEqualTo("ready");
        world.submit("daily", "d");
        world.until("daily", "failed");
        JsonNode ready = ControlWorld.await(
                () -> world.result("daemon.ready", Map.of()),
                now -> now.path("failure_rate_elevated").asBoolean());
        assertThat(ready.path("failures_last_minute").asInt()).isEqualTo(4);
        assertThat(ready.path("status").asText()).isEqualTo("not_ready");
        assertThat(ready.path("accepting_work").asBoolean()).isTrue();
    }

    @Test
    void status_and_config_tell_what_really_holds() throws Exception {
        world.held.add("a");
        world.submit("nightly", "a");
        JsonNode status = world.result("daemon.status", Map.of());
        assertThat(status.path("running_jobs").asInt()).isEqualTo(1);
        assertThat(status.path("version").asText()).isEqualTo("1.2.3");
        assertThat(status.path("services").get(0).asText()).isEqualTo("app");
        // This very call.
        assertThat(status.path("calls").path("running").asInt()).isEqualTo(1);
        assertThat(status.path("calls").path("connections").asInt()).isPositive();
        JsonNode config = world.result("daemon.config", Map.of());
        assertThat(config.path("limits").path("max_concurrent_jobs").asInt()).isEqualTo(7);
        assertThat(config.path("host").path("socket").asText()).endsWith("daemon.sock");
    }

    @Test
    void reload_applies_what_is_fit_and_keeps_what_holds_when_the_file_is_wrong() throws Exception {
        Path file = folder.resolve("daemon.toml");
        Files.writeString(file, "[daemon]\nmax_concurrent_jobs = 3\n");
        assertThat(world.result("daemon.reload", Map.of())
                        .path("limits")
                        .path("max_concurrent_jobs")
                        .asInt())
                .isEqualTo(3);
        Files.writeString(file, "[daemon]\nmax_concurrent_jobs = 0\n");
        JsonNode wrong = world.reply("daemon.reload", Map.of());
        assertThat(wrong.path("error").path("message").asText()).contains("daemon.toml", "max_concurrent_jobs");
        Files.writeString(file, "[daemon]\nmax_jobs = 1\n");
        assertThat(world.reason("daemon.reload", Map.of())).isEqualTo("bad_setting");
        assertThat(world.result("daemon.config", Map.of())
                        .path("limits")
                        .path("max_concurrent_jobs")
                        .asInt())
                .isEqualTo(3);
    }

    @Test
    void what_the_daemon_tells_of_itself_and_of_workers_rates_and_tasks_is_kept_as_events() throws Exception {
        world.result("daemon.reload", Map.of());
        for (int i = 0; i < 3; i++) world.submitTask("rated", "r" + i);
        world.memoryMb = 0.96 * 8_192;
        JsonNode events = ControlWorld.await(
                () -> world.result("daemon.events", Map.of("since", 0, "limit", 1_000)),
                page -> page.findValuesAsText("type")
                        .containsAll(List.of("pressure.critical", "rate.limited", "task.done")));
        assertThat(events.findValuesAsText("type")).contains("daemon.reloaded", "worker.running", "task.pending");
    }

    @Test
    void over_the_hard_limit_the_oldest_job_is_paused_and_goes_on_by_itself() throws Exception {
        world.held.addAll(List.of("a", "b", "c"));
        world.submit("one", "a");
        world.submit("two", "b");
        world.submit("mine", "c");
        world.result("job.pause", Map.of("job_id", "mine"));
        world.memoryMb = 0.96 * 8_192;
        world.until("one", "paused");
        assertThat(world.status("one").path("held_by").get(0).path("by").asText())
                .isEqualTo("pressure");
        assertThat(world.submit("late", "a").path("reason").asText()).isEqualTo("pressure");
        world.memoryMb = 0.78 * 8_192;
        assertThat(world.result("daemon.ready", Map.of()).path("accepting_work").asBoolean())
                .isTrue();
        assertThat(world.result("daemon.ready", Map.of()).path("pressure").asText())
                .isEqualTo("high");
        assertThat(world.status("one").path("status").asText()).isEqualTo("paused");
        world.memoryMb = 100;
        world.until("one", "running");
        assertThat(world.status("mine").path("status").asText()).isEqualTo("paused");
    }

    @Test
    void a_kind_whose_rate_is_reached_is_listed_until_it_is_cleared_and_others_go_on() throws Exception {
        for (int i = 0; i < 3; i++) world.submitTask("rated", "r" + i);
        JsonNode limits = ControlWorld.await(
                () -> world.result("daemon.rate_limits", Map.of()),
                now -> now.path("active_limits").asInt() == 1);
        double left = limits.path("backends")
                .path("app/rated")
                .path("seconds_remaining")
                .asDouble();
        assertThat(left).isBetween(0.1, 30.1);
        assertThat(world.result("daemon.clear_rate_limits", Map.of("instrument", "none"))
                        .path("cleared")
                        .asInt())
                .isZero();
        world.submit("other", "a");
        world.until("other", "completed");
        assertThat(world.ran).doesNotContain("r2");
        assertThat(world.result("daemon.clear_rate_limits", Map.of())
                        .path("cleared")
                        .asInt())
                .isEqualTo(1);
        world.untilDone("r2");
    }

    @Test
    void a_kind_that_fails_and_fails_is_begun_no_more_until_its_breaker_is_cleared() throws Exception {
        for (int i = 0; i < 6; i++) {
            world.broken.add("f" + i);
            world.submitTask("frail", "f" + i);
        }
        JsonNode broken = ControlWorld.await(
                () -> world.result("daemon.rate_limits", Map.of())
                        .path("open_breakers")
                        .path("app/frail"),
                now -> now.path("failures").asInt() >= 5);
        assertThat(broken.path("seconds_until_probe").asDouble()).isBetween(500.0, 600.0);
        world.broken.clear();
        world.submitTask("frail", "after");
        JsonNode why = world.result("service.why", Map.of("subject", "after"));
        assertThat(why.toString()).contains("\"breaker\"", "have failed in a row");
        world.submit("other", "a");
        world.until("other", "completed");
        assertThat(world.ran).doesNotContain("after");
        assertThat(world.result("daemon.clear_rate_limits", Map.of("instrument", "app/frail"))
                        .path("cleared")
                        .asInt())
                .isEqualTo(1);
        world.untilDone("after");
    }

    @Test
    void a_failure_that_comes_back_is_counted_and_tells_whether_retries_helped() throws Exception {
        world.broken.add("a");
        for (int run = 1; run <= 3; run++) {
            if (run == 1) world.submit("nightly", "a");
            else world.result("job.resume", Map.of("job_id", "nightly"));
            int now = run;
            world.until("nightly", "failed", now);
            ControlWorld.await(
                    () -> world.result("daemon.learning.patterns", Map.of()),
                    found -> found.path("patterns").path(0).path("count").asInt() == now);
        }
        JsonNode pattern = world.result("daemon.learning.patterns", Map.of("limit", 1))
                .path("patterns")
                .get(0);
        assertThat(pattern.path("message").asText()).isEqualTo("IOException: no connection to host <n>");
        assertThat(pattern.path("error_class").asText()).isEqualTo("java.io.IOException");
        assertThat(pattern.path("frame").asText()).contains("ControlWorld");
        assertThat(pattern.path("quarantine_status").asText()).isEqualTo("quarantined");
        assertThat(pattern.path("retries").asText()).contains("do not help");
        assertThat(Instant.parse(pattern.path("last_seen").asText()))
                .isAfter(Instant.parse(pattern.path("first_seen").asText()));
        assertThat(pattern.path("example").path("task_id").asText()).isEqualTo("nightly.3.a");
        world.submit("daily", "bomb");
        ControlWorld.await(
                () -> world.result("daemon.learning.patterns", Map.of()),
                found -> found.path("patterns").size() == 2);
        assertThat(world.result("daemon.learning.patterns", Map.of("limit", 1)).path("patterns"))
                .hasSize(1);
    }

    @Test
    void beyond_max_job_history_the_oldest_ended_jobs_go_and_one_that_runs_stays() throws Exception {
        Files.writeString(folder.resolve("daemon.toml"), "[daemon]\nmax_job_history = 10\n");
        world.result("daemon.reload", Map.of());
        world.held.add("held");
        world.submit("runs", "held");
        for (int i = 1; i <= 12; i++) {
            world.submit("job-" + i, "a");
            world.until("job-" + i, "completed");
        }
        JsonNode left = ControlWorld.await(
                () -> world.result("job.list", Map.of("statuses", List.of("completed"))), list -> list.size() == 10);
        assertThat(left.findValuesAsText("job_id")).contains("job-3", "job-12").doesNotContain("job-1", "job-2");
        assertThat(world.status("runs").path("status").asText()).isEqualTo("running");
    }

    @Test
    void top_takes_a_snapshot_and_its_stream_takes_many() throws Exception {
        world.held.add("a");
        world.submit("nightly", "a");
        ControlWorld.await(
                () -> world.result("daemon.top", Map.of()),
                top -> top.path("active_steps").asInt() == 1);
        world.uses.add(new ProcessUse(12, 11, "", "sleep", "sleeping", 1.5, 0.25, 1, 1_000));
        JsonNode top = world.result("daemon.top", Map.of());
        assertThat(top.path("load_averages")).hasSize(3);
        assertThat(top.path("load_average").asDouble()).isEqualTo(0.5);
        assertThat(top.path("zombies").asInt()).isEqualTo(1);
        assertThat(top.path("gpus")).isEmpty();
        JsonNode used = top.path("processes").path("list").path(0);
        assertThat(used.path("pid").asInt()).isEqualTo(12);
        assertThat(used.path("worker_pid").asInt()).isEqualTo(11);
        assertThat(used.path("rss_mb").asDouble()).isEqualTo(1.5);
        try (Subscriber stream = world.stream("daemon.top.stream", Map.of("interval_sec", 0.1))) {
            assertThat(stream.hears().path("params").path("running_jobs").asInt())
                    .isEqualTo(1);
            assertThat(stream.hears().path("method").asText()).isEqualTo("top.snapshot");
        }
    }
}
