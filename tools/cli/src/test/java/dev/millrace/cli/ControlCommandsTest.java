package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlCommandsTest {
    private static final Duration SOON = Duration.ofMinutes(1);

    @TempDir
    private Path folder;

    private String stateOf(Cli cli, String id) throws Exception {
        return cli.run("task", id, "--json").json().path("state").asText();
    }

    @Test
    void a_paused_kind_waits_until_it_is_resumed() throws Exception {
        try (Cli cli = Cli.in(folder)) {
            cli.run("start").expect(ExitCode.OK);
            cli.run("pause", "echo", "--reason", "the printer is out of paper").expect(ExitCode.OK);
            cli.run("submit", "--kind", "echo", "--id", "held").expect(ExitCode.OK);
            cli.run("submit", "--kind", "echo", "--id", "free", "--wait=1").expect(ExitCode.TIMED_OUT);
            assertThat(stateOf(cli, "held")).isEqualTo("pending");
            assertThat(cli.run("pause").expect(ExitCode.OK).out())
                    .isEqualTo("kind echo is paused: the printer is out of paper\n");
            assertThat(cli.run("resume", "echo").expect(ExitCode.OK).out()).isEqualTo("nothing is paused\n");
            await().atMost(SOON).until(() -> stateOf(cli, "held").equals("done"));
        }
    }

    @Test
    void tasks_are_called_off_waiting_and_running() throws Exception {
        try (Cli cli = Cli.in(folder, "slots = 1")) {
            cli.run("start").expect(ExitCode.OK);
            cli.run("submit", "--kind", "gate", "--id", "runs", "--arg", "file=" + folder.resolve("never"))
                    .expect(ExitCode.OK);
            await().atMost(SOON).until(() -> stateOf(cli, "runs").equals("running"));
            cli.run("submit", "--kind", "echo", "--id", "waits").expect(ExitCode.OK);
            Cli.Run both = cli.run("cancel", "runs", "waits", "--reason", "not needed", "--json")
                    .expect(ExitCode.OK);
            assertThat(both.json().path("tasks").path(0).path("outcome").asText())
                    .isEqualTo("asked");
            assertThat(both.json().path("tasks").path(1).path("outcome").asText())
                    .isEqualTo("now");
            await().atMost(SOON).until(() -> stateOf(cli, "runs").equals("cancelled"));
            assertThat(cli.run("task", "runs").out()).contains("not needed");
            assertThat(cli.run("cancel", "waits").expect(ExitCode.FAILED).err()).contains("had ended before: waits");
            assertThat(cli.run("cancel", "nobody").expect(ExitCode.FAILED).err())
                    .contains("no task 'nobody'", "a file that was dropped is called by its file name");
        }
    }

    @Test
    void what_is_meant_must_be_said() throws Exception {
        try (Cli cli = Cli.in(folder)) {
            assertThat(cli.run("resume").expect(ExitCode.BAD_COMMAND_LINE).err())
                    .contains("--all");
            assertThat(cli.run("pause", "echo", "--all")
                            .expect(ExitCode.BAD_COMMAND_LINE)
                            .err())
                    .contains("not both");
            assertThat(cli.run("pause", "--json").json().path("paused").isArray())
                    .isTrue();
        }
    }
}
