package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code millrace validate}. */
class ValidateTest {
    private static final String TASK = "{\"schema\": \"agi.service.task.v1\", \"task_id\": \"a\", \"priority\": 4}";

    @TempDir
    Path folder;

    @Test
    void what_a_service_writes_is_valid() throws Exception {
        try (Cli cli = Cli.in(folder)) {
            cli.run("start").expect(ExitCode.OK);
            cli.run("submit", "--wait", "20").expect(ExitCode.OK);
            cli.run("health").expect(ExitCode.OK);
            cli.run("snapshot").expect(ExitCode.OK);
            Path service = cli.share().resolve("service/testapp");
            Cli.Run run = cli.bare(
                    "validate",
                    service.resolve("service_record.json").toString(),
                    service.resolve("health.json").toString(),
                    cli.snapshot().toString(),
                    cli.queue()
                            .resolve("done")
                            .resolve(cli.names("done").get(0))
                            .toString(),
                    cli.queue()
                            .resolve("heartbeats")
                            .resolve(cli.names("heartbeats").get(0))
                            .toString(),
                    cli.folder.resolve("apps/testapp/app_settings.toml").toString());
            assertThat(run.expect(ExitCode.OK).out().lines())
                    .satisfiesExactly(
                            line -> assertThat(line).endsWith(": valid record"),
                            line -> assertThat(line).endsWith(": valid health"),
                            line -> assertThat(line).endsWith(": valid snapshot"),
                            line -> assertThat(line).endsWith(": valid task"),
                            line -> assertThat(line).endsWith(": valid heartbeat"),
                            line -> assertThat(line).endsWith(": valid settings"));
        }
    }

    @Test
    void each_problem_has_a_line_with_file_and_pointer() throws Exception {
        Files.writeString(folder.resolve("good.json"), TASK);
        Files.writeString(folder.resolve("bad.json"), TASK.replace("4", "44").replace("\"a\"", "7"));
        Cli.Run run = Cli.in(folder).bare("validate", "good.json", "bad.json").expect(ExitCode.FAILED);
        assertThat(run.out().lines())
                .containsExactlyInAnyOrder(
                        "good.json: valid task",
                        "bad.json: #/priority: must be a whole number from 0 to 9, or null",
                        "bad.json: #/task_id: must be text, or null");
    }

    @Test
    void the_findings_are_one_json_object() throws Exception {
        Files.writeString(folder.resolve("bad.json"), TASK.replace("4", "44"));
        JsonNode json = Cli.in(folder)
                .bare("validate", "bad.json", "absent.json", "--json")
                .expect(ExitCode.FAILED)
                .json();
        assertThat(json.path("valid").booleanValue()).isFalse();
        JsonNode bad = json.path("files").path(0);
        assertThat(bad.path("kind").asText()).isEqualTo("task");
        assertThat(bad.path("problems").path(0).path("pointer").asText()).isEqualTo("#/priority");
        assertThat(json.path("files")
                        .path(1)
                        .path("problems")
                        .path(0)
                        .path("problem")
                        .asText())
                .isEqualTo("cannot be read: it is not there");
    }

    @Test
    void standard_input_is_read_and_may_be_said_to_be_something() throws Exception {
        Cli cli = Cli.in(folder).input("{\"reason\": 1}");
        assertThat(cli.bare("validate", "-").expect(ExitCode.FAILED).out())
                .contains("-: #/schema: names none of ours (agi.service.task.v1", "--as");
        assertThat(cli.bare("validate", "--as", "quarantine", "-")
                        .expect(ExitCode.FAILED)
                        .out())
                .contains("-: #/reason: must be");
        assertThat(cli.bare("validate", "--as", "poem", "-")
                        .expect(ExitCode.BAD_COMMAND_LINE)
                        .err())
                .contains("--as", "poem");
    }

    @Test
    void settings_are_checked_with_line_and_key() throws Exception {
        Cli cli = Cli.in(folder);
        Files.writeString(folder.resolve("bad.toml"), "[service]\nslots = \"many\"\n");
        assertThat(cli.bare("validate", "bad.toml").expect(ExitCode.FAILED).out())
                .startsWith("bad.toml: line 2 service.slots: must be");
        Files.writeString(folder.resolve("flaps.toml"), "[service]\nheartbeat_timeout = 1\nheartbeat_interval = 5\n");
        assertThat(cli.bare("validate", "flaps.toml").expect(ExitCode.FAILED).out())
                .contains("flaps.toml: ", "heartbeat_timeout");
    }

    @Test
    void hostile_files_are_problems_and_no_crash() throws Exception {
        Files.writeString(folder.resolve("deep.json"), "[".repeat(100_000));
        Files.writeString(folder.resolve("empty.json"), "");
        Files.write(folder.resolve("binary.json"), new byte[] {0, 1, 2, 3});
        Files.createDirectory(folder.resolve("folder.json"));
        Cli.Run run = Cli.in(folder)
                .bare("validate", "deep.json", "empty.json", "binary.json", "folder.json")
                .expect(ExitCode.FAILED);
        assertThat(run.out().lines())
                .hasSize(4)
                .allSatisfy(line -> assertThat(line).contains(".json: #: "));
        assertThat(run.err()).isEmpty();
    }
}
