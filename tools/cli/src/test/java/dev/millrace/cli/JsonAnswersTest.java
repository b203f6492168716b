package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** With {@code --json}, whatever is asked and whatever comes of it: exactly one JSON object on standard output. */
class JsonAnswersTest {
    /** What a command needs to be complete. */
    private static final Map<Commands, List<String>> NEEDS = new EnumMap<>(Map.of(
            Commands.WHY,
            List.of("first"),
            Commands.AWAIT,
            List.of("first"),
            Commands.RETRY,
            List.of("first"),
            Commands.REQUEUE,
            List.of("first"),
            Commands.DISCARD,
            List.of("first"),
            Commands.TASK,
            List.of("first"),
            Commands.LOGS,
            List.of("first"),
            Commands.VALIDATE,
            List.of("apps/testapp/app_settings.toml"),
            Commands.RESUME,
            List.of("--all"),
            Commands.CANCEL,
            List.of("x")));

    @TempDir
    Path folder;

    private static String[] line(Commands command, String... more) {
        List<String> words = new ArrayList<>(List.of(command.word(), "--json"));
        words.addAll(NEEDS.getOrDefault(command, List.of()));
        words.addAll(List.of(more));
        return words.toArray(new String[0]);
    }

    private static void expectError(Cli.Run run, ExitCode code) throws Exception {
        JsonNode json = run.expect(code).json();
        assertThat(json.path("status").asText()).isEqualTo("error");
        assertThat(json.path("error").asText()).isNotBlank();
        assertThat(json.has("next")).isTrue();
        assertThat(json.path("exit_code").intValue()).isEqualTo(code.code());
        assertThat(run.err())
                .startsWith("millrace: ")
                .contains(json.path("error").asText());
    }

    @Test
    void a_service_from_start_to_stop() throws Exception {
        try (Cli cli = Cli.in(folder)) {
            assertThat(keys(cli, "start", "--json")).startsWith("status", "workers", "pending");
            assertThat(keys(cli, "submit", "--json", "--id", "first", "--wait", "20"))
                    .containsExactly("status", "tasks");
            assertThat(keys(cli, "submit", "--json", "--plan", "[[1]]")).contains("task_id", "queued_files", "tasks");
            assertThat(keys(cli, "status", "--json")).startsWith("status", "workers", "pending");
            assertThat(keys(cli, "health", "--json")).contains("schema", "gate");
            assertThat(keys(cli, "tasks", "--json")).containsExactly("tasks", "total");
            assertThat(keys(cli, "task", "first", "--json")).contains("id", "attempts", "document", "others");
            assertThat(keys(cli, "logs", "first", "--json")).containsExactly("id", "stem", "state", "path", "lines");
            assertThat(keys(cli, "workers", "--json")).containsExactly("status", "workers");
            assertThat(keys(cli, "recurring", "--json")).containsExactly("recurring");
            assertThat(keys(cli, "drain", "--json")).containsExactly("order", "workers");
            assertThat(keys(cli, "drain", "--resume", "--json")).containsExactly("order", "workers");
            assertThat(keys(cli, "snapshot", "--json")).containsExactly("path");
            assertThat(keys(cli, "stop", "--json")).startsWith("status", "workers", "pending");
        }
        assertThat(keys(Cli.in(folder), "completion", "--json", "-v")).containsExactly("script");
    }

    private static List<String> keys(Cli cli, String... words) throws Exception {
        Cli.Run run = words[0].equals("completion") ? cli.bare(words) : cli.run(words);
        assertThat(run.err()).isEmpty();
        List<String> keys = new ArrayList<>();
        run.expect(ExitCode.OK).json().fieldNames().forEachRemaining(keys::add);
        return keys;
    }

    @Test
    void a_task_that_fails_is_an_answer_and_its_code_says_so() throws Exception {
        try (Cli cli = Cli.in(folder)) {
            cli.run("start").expect(ExitCode.OK);
            JsonNode json = cli.run("submit", "--json", "--kind", "fail", "--wait", "20")
                    .expect(ExitCode.TASK_FAILED)
                    .json();
            assertThat(json.path("tasks").path(0).path("state").asText()).isEqualTo("failed");
            assertThat(json.path("tasks").path(0).path("error").asText()).isNotBlank();
            expectError(cli.run("drain", "--json", "nobody"), ExitCode.FAILED);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Commands.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"DEMO", "VALIDATE", "COMPLETION", "SNAPSHOT"})
    void a_share_that_is_a_file(Commands command) throws Exception {
        Cli cli = Cli.in(folder);
        Files.writeString(cli.share(), "a file");
        Cli.Run run = cli.run(line(command));
        boolean looks = command == Commands.STATUS || command == Commands.HEALTH;
        if (!looks) expectError(run, ExitCode.FAILED);
        assertThat(run.json().path("status").asText()).isEqualTo("error");
        assertThat(run.json().path(looks ? "message" : "error").asText())
                .contains(cli.share().toString());
    }

    @ParameterizedTest
    @EnumSource(Commands.class)
    void an_option_that_is_not_there(Commands command) throws Exception {
        expectError(Cli.in(folder).bare(line(command, "--nonsense")), ExitCode.BAD_COMMAND_LINE);
    }

    @ParameterizedTest
    @EnumSource(Commands.class)
    void help_of_a_command(Commands command) throws Exception {
        Cli cli = Cli.in(folder);
        JsonNode help =
                cli.bare(command.word(), "--help", "--json").expect(ExitCode.OK).json();
        assertThat(help.path("help").asText()).startsWith("Usage: millrace " + command.word());
        assertThat(cli.bare("--json", "help", command.word()).json()).isEqualTo(help);
    }

    @Test
    void the_program_itself_and_what_it_does_not_know() throws Exception {
        Cli cli = Cli.in(folder);
        assertThat(cli.bare("--help", "--json")
                        .expect(ExitCode.OK)
                        .json()
                        .path("help")
                        .asText())
                .startsWith("Usage: millrace");
        assertThat(cli.bare("help", "--json").json())
                .isEqualTo(cli.bare("--help", "--json").json());
        assertThat(cli.bare("--version", "--json")
                        .expect(ExitCode.OK)
                        .json()
                        .path("version")
                        .asText())
                .isNotBlank();
        expectError(cli.bare("frobnicate", "--json"), ExitCode.BAD_COMMAND_LINE);
        expectError(cli.bare("help", "frobnicate", "--json"), ExitCode.BAD_COMMAND_LINE);
        expectError(cli.bare("--json"), ExitCode.BAD_COMMAND_LINE);
        expectError(cli.bare("status", "--app", "nobody", "--json"), ExitCode.BAD_COMMAND_LINE);
    }
}
