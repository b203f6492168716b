package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Submitting tasks that know of each other, all with one service. */
class TogetherTest extends WithOneService {
    @Test
    void a_blocked_task_is_listed_shown_with_what_it_waits_for_and_called_off() throws Exception {
        cli.run("submit", "--id", "late", "--delay", "600").expect(ExitCode.OK);
        cli.run("submit", "--id", "after", "--depends-on", "late").expect(ExitCode.OK);
        JsonNode listed = cli.run("tasks", "--state", "blocked", "--id", "after", "--json")
                .json();
        assertThat(listed.path("tasks").path(0).path("state").asText()).isEqualTo("blocked");
        assertThat(cli.run("task", "after").expect(ExitCode.OK).out()).contains("after is blocked", "late (scheduled)");
        assertThat(cli.run("task", "after", "--json").json().path("waits").toString())
                .isEqualTo("{\"tasks\":1,\"states\":{\"scheduled\":1}}");
        assertThat(cli.run("status").expect(ExitCode.OK).out()).contains("BLOCKED");
        cli.run("cancel", "after").expect(ExitCode.OK);
        assertThat(cli.run("task", "after").out()).contains("after is cancelled");
    }

    @Test
    void what_cannot_be_is_refused_by_the_name_of_its_option() {
        assertThat(cli.run("submit", "--on-dependency-failure", "panic")
                        .expect(ExitCode.BAD_COMMAND_LINE)
                        .err())
                .contains("--on-dependency-failure '\"panic\"' must be \"cancel\", \"fail\" or \"run\"");
        assertThat(cli.run("submit", "--unique-key", "x".repeat(1_001))
                        .expect(ExitCode.BAD_COMMAND_LINE)
                        .err())
                .contains("--unique-key", "at most 1000 characters");
        assertThat(cli.run("submit", "--unique-key", "x", "--unique-window", "0")
                        .expect(ExitCode.BAD_COMMAND_LINE)
                        .err())
                .contains("--unique-window", "positive number of seconds");
    }

    @Test
    void what_a_unique_key_made_of_a_submit_is_told() throws Exception {
        String[] submit = {"submit", "--delay", "600", "--unique-key", "told", "--json", "--id"};
        assertThat(fate(submit, "one")).isEqualTo("");
        assertThat(fate(submit, "two")).isEqualTo("existing");
        assertThat(fate(submit, "three", "--unique-policy", "replace")).isEqualTo("replaced");
        assertThat(fate(submit, "four", "--unique-policy", "discard")).isEqualTo("discarded");
    }

    private String fate(String[] submit, String... more) throws Exception {
        JsonNode json = cli.run(with(submit, more)).expect(ExitCode.OK).json();
        assertThat(json.path("status").asText())
                .isEqualTo(more[more.length - 1].equals("discard") ? "discarded" : "queued");
        return json.path("tasks").path(0).path("unique").asText("");
    }

    private static String[] with(String[] command, String... more) {
        String[] all = Arrays.copyOf(command, command.length + more.length);
        System.arraycopy(more, 0, all, command.length, more.length);
        return all;
    }

    @Test
    void a_group_needs_all_its_parts_and_a_bad_line_is_named() throws Exception {
        assertThat(cli.run("submit", "--group", "g")
                        .expect(ExitCode.BAD_COMMAND_LINE)
                        .err())
                .contains("a group needs --group NAME, --file FILE", "--then KIND");
        Path file = folder.resolve("tasks.jsonl");
        String good = "{\"schema\":\"agi.service.task.v1\"}\n";
        Files.writeString(file, good + "{\"schema\":\"agi.service.task.v1\",\"priority\":12}\n");
        String[] submit = {"submit", "--group", "g", "--file", "tasks.jsonl", "--then", "echo"};
        assertThat(cli.run(submit).expect(ExitCode.BAD_COMMAND_LINE).err())
                .contains("tasks.jsonl line 2", "priority: must be a whole number from 0 to 9", "mend that line");
        Files.writeString(file, good + "\n" + "not json\n");
        assertThat(cli.run(submit).expect(ExitCode.BAD_COMMAND_LINE).err()).contains("tasks.jsonl line 3");
        Files.writeString(file, "\n");
        assertThat(cli.run(submit).expect(ExitCode.BAD_COMMAND_LINE).err()).contains("needs at least one task");
    }

    @Test
    void the_options_of_a_task_are_those_of_a_groups_callback() throws Exception {
        Files.writeString(folder.resolve("tasks.jsonl"), "{\"schema\":\"agi.service.task.v1\"}\n");
        String[] submit = {"submit", "--group", "g", "--file", "tasks.jsonl", "--then", "echo"};
        cli.run(with(submit, "--id", "last", "--max-attempts", "3", "--retry", "base=2", "--priority", "7"))
                .expect(ExitCode.OK);
        // workers are there, so it may have gone on already
        assertThat(cli.run("task", "last").expect(ExitCode.OK).out())
                .contains("{\"base\":2}", "priority   7", "of 3")
                .containsPattern("wait(s|ed) +for");
        assertThat(cli.run(with(submit, "--kind", "echo"))
                        .expect(ExitCode.BAD_COMMAND_LINE)
                        .err())
                .contains("--then names the callback's kind");
        assertThat(cli.run(with(submit, "--unique-key", "x"))
                        .expect(ExitCode.BAD_COMMAND_LINE)
                        .err())
                .contains("unique_key", "cannot stand in the callback of a group");
        assertThat(cli.run(with(submit, "--plan", "[]"))
                        .expect(ExitCode.BAD_COMMAND_LINE)
                        .err())
                .contains("a plan cannot be given with it");
    }
}
