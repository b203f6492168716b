package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.json.Json;
import dev.millrace.schema.DocumentSchema;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands about a service, with worker processes. */
class ServiceCommandsTest {
    private static final Duration SOON = Duration.ofMinutes(1);

    @TempDir
    Path folder;

    @Test
    void a_service_lives_from_start_to_stop_between_separate_commands() throws Exception {
        try (Cli cli = Cli.in(folder)) {
            Cli.Run started = cli.run("start", "--workers", "2", "--slots", "3").expect(ExitCode.OK);
            assertThat(started.out())
                    .startsWith("testapp is running\n")
                    .contains("127.0.0.1:1", "127.0.0.1:2", "queue: " + cli.queue());
            assertThat(started.err()).isEmpty();
            assertThat(LiveProcesses.naming(cli.share())).hasSize(2);

            assertThat(cli.run("status").expect(ExitCode.OK).out())
                    .startsWith("testapp is running\n")
                    .containsPattern("WORKER +STATE +SLOTS +BEAT")
                    .containsPattern("127.0.0.1:2 +running +0/3")
                    .containsPattern("SCHEDULED +PENDING +RUNNING +DONE +FAILED +CANCELLED\n +0 +0 +0 +0 +0 +0");

            Cli.Run health = cli.run("health").expect(ExitCode.OK);
            assertThat(health.out()).contains("gate: passed", "written to " + cli.share());
            Path document = cli.share().resolve("service/testapp/health.json");
            assertThat(DocumentSchema.HEALTH.problems(Json.parse(Files.readAllBytes(document))))
                    .isEmpty();

            assertThat(cli.run("snapshot").expect(ExitCode.OK).out()).isEqualTo(cli.snapshot() + "\n");
            assertThat(DocumentSchema.SNAPSHOT.problems(Json.parse(Files.readAllBytes(cli.snapshot()))))
                    .isEmpty();

            assertThat(cli.run("stop").expect(ExitCode.OK).out())
                    .isEqualTo("testapp is stopped\nstopped: 127.0.0.1:1, 127.0.0.1:2\n");
            assertThat(LiveProcesses.naming(cli.share())).isEmpty();
            assertThat(cli.run("stop").expect(ExitCode.OK).out()).isEqualTo("testapp is idle\n");
            assertThat(cli.run("health").expect(ExitCode.GATE_IDLE).out()).contains("gate: failed with 4");
        }
    }

    @Test
    void every_command_answers_with_one_json_object() throws Exception {
        try (Cli cli = Cli.in(folder)) {
            JsonNode started = cli.run("start", "--workers", "127.0.0.1=1", "--json")
                    .expect(ExitCode.OK)
                    .json();
            assertThat(started.path("status").asText()).isEqualTo("running");
            assertThat(started.path("workers").path(0).asText()).isEqualTo("127.0.0.1:1");
            assertThat(cli.run("status", "--json").json().path("worker_health").size())
                    .isEqualTo(1);
            JsonNode health = cli.run("health", "--json").json();
            assertThat(health.path("schema").asText()).isEqualTo("agi.service.health.v1");
            assertThat(health.path("gate").path("passed").booleanValue()).isTrue();
            assertThat(DocumentSchema.HEALTH.problems(health)).isEmpty();
            JsonNode workers = cli.run("workers", "--json").json();
            assertThat(workers.path("workers").path(0).path("tasks").isArray()).isTrue();
            assertThat(cli.run("snapshot", "--json").json().path("path").asText())
                    .isEqualTo(cli.snapshot().toString());
            assertThat(cli.run("drain", "--json").json().path("order").asText()).isEqualTo("drain");
            JsonNode submitted = cli.run("submit", "--json").json();
            assertThat(submitted.path("tasks").path(0).path("id").asText()).isNotEmpty();
            assertThat(cli.run("tasks", "--json").json().path("total").intValue())
                    .isEqualTo(1);
            String id = submitted.path("tasks").path(0).path("id").asText();
            assertThat(cli.run("task", id, "--json").json().path("id").asText()).isEqualTo(id);
            assertThat(cli.run("logs", id, "--json").json().path("lines").isArray())
                    .isTrue();
            assertThat(cli.run("stop", "--json").json().path("status").asText()).isEqualTo("stopped");
            assertThat(cli.bare("completion", "--json").json().path("script").asText())
                    .contains("complete -F");
        }
    }

    @Test
    void observing_leaves_the_share_as_it_is() throws Exception {
        try (Cli cli = Cli.in(folder)) {
            cli.run("start").expect(ExitCode.OK);
            cli.run("submit", "--wait", "20").expect(ExitCode.OK);
            cli.run("stop").expect(ExitCode.OK);
            Map<String, String> before = cli.tree();
            cli.run("status", "--observe").expect(ExitCode.OK);
            cli.run("health", "--observe").expect(ExitCode.GATE_IDLE);
            cli.run("tasks").expect(ExitCode.OK);
            cli.run("workers").expect(ExitCode.NOT_RUNNING);
            assertThat(cli.tree()).isEqualTo(before);
        }
    }

    @Test
    void drained_workers_take_nothing_until_they_are_resumed() throws Exception {
        try (Cli cli = Cli.in(folder)) {
            cli.run("start").expect(ExitCode.OK);
            assertThat(cli.run("drain").expect(ExitCode.OK).out()).contains("127.0.0.1:1");
            await().atMost(SOON).until(() -> cli.run("workers").out().contains("draining"));
            cli.run("submit", "--id", "later").expect(ExitCode.OK);
            assertThat(cli.run("drain", "nobody").expect(ExitCode.FAILED).err())
                    .isEqualTo("millrace: no worker 'nobody'; the service's workers are 127.0.0.1:1\n");
            assertThat(cli.run("tasks", "--state", "pending").out()).contains("later");
            cli.run("drain", "--resume", "127.0.0.1:1").expect(ExitCode.OK);
            await().atMost(SOON)
                    .until(() -> cli.run("tasks", "--state", "done").out().contains("later"));
        }
    }

    @Test
    void a_worker_that_does_not_end_makes_stop_fail_until_it_is_forced() throws Exception {
        try (Cli cli = Cli.in(folder)) {
            cli.run("start").expect(ExitCode.OK);
            cli.run("submit", "--kind", "gate", "--id", "stuck", "--arg", "file=" + folder.resolve("never"));
            await().atMost(SOON).until(() -> cli.run("workers").out().contains("stuck"));
            Cli.Run partial = cli.run("stop", "--stop-timeout", "0.2").expect(ExitCode.FAILED);
            assertThat(partial.out()).contains("testapp is partial", "not stopped: 127.0.0.1:1", "--force");
            Cli.Run status = cli.run("status").expect(ExitCode.FAILED);
            assertThat(status.out()).contains("testapp is error", "recovery_required");
            assertThat(cli.run("stop", "--stop-timeout", "0.2", "--force")
                            .expect(ExitCode.OK)
                            .out())
                    .contains("testapp is stopped", "runtime_cleanup_retry");
            assertThat(LiveProcesses.naming(cli.share())).isEmpty();
            assertThat(cli.run("tasks").out()).containsPattern("stuck +pending +gate +2");
        }
    }

    @Test
    void stop_can_keep_the_workers_warm_and_start_takes_them_up() throws Exception {
        try (Cli cli = Cli.in(folder)) {
            cli.run("start").expect(ExitCode.OK);
            cli.run("stop", "--keep-workers").expect(ExitCode.OK);
            assertThat(LiveProcesses.naming(cli.share())).hasSize(1);
            assertThat(cli.run("submit").expect(ExitCode.NOT_RUNNING).err()).contains("not running");
            assertThat(cli.run("start").expect(ExitCode.OK).out()).contains("recovered: a running service");
            cli.run("submit", "--wait", "20").expect(ExitCode.OK);
            assertThat(cli.run("start").expect(ExitCode.FAILED).err()).contains("already running", "millrace stop");
        }
    }

    @Test
    void a_killed_worker_is_told_of_once_and_is_back_by_then() throws Exception {
        try (Cli cli = Cli.in(folder)) {
            cli.run("start").expect(ExitCode.OK);
            ProcessHandle worker = LiveProcesses.naming(cli.share()).get(0);
            worker.destroyForcibly();
            worker.onExit().join();
            String first = cli.run("status").expect(ExitCode.OK).out();
            assertThat(first).contains("restarted since the last look: 127.0.0.1:1 (loop-error)");
            assertThat(cli.run("status").out()).doesNotContain("restarted since");
            await().atMost(SOON).until(() -> cli.run("workers").out().matches("(?s).*127.0.0.1:1 +running .*"));
            assertThat(cli.run("workers", "--json")
                            .json()
                            .path("workers")
                            .path(0)
                            .path("restarts")
                            .intValue())
                    .isEqualTo(1);
        }
    }

    @Test
    void a_terminal_gets_colours_and_its_width_and_a_pipe_gets_neither() throws Exception {
        Cli cli = Cli.in(folder);
        assertThat(cli.run("status").out()).doesNotContain("\u001b");
        cli.on(new Terminal(true, true, 30));
        assertThat(cli.run("status").out())
                .contains("\u001b[1mtestapp\u001b[0m is idle")
                .contains("  scheduled 0, pending 0\n");
    }
}
