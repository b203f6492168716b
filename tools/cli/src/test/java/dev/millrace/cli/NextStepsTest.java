package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people are told to do next can be done as it stands. */
class NextStepsTest {
    @TempDir
    Path folder;

    @Test
    void commands_are_spelled_as_this_one_was_called() throws Exception {
        Cli cli = Cli.in(folder).with("MILLRACE_COMMAND", "./millrace");
        Cli.Run run = cli.run("submit", "--json").expect(ExitCode.NOT_RUNNING);
        assertThat(run.err())
                .startsWith("millrace: the service of testapp is not running; start it first: ./millrace start --app")
                .contains("  next: ./millrace start --app testapp --share " + cli.share());
        assertThat(run.json().path("next").asText()).startsWith("./millrace start ");
        assertThat(cli.run("tasks", "--nonsense").err()).contains("  next: ./millrace tasks --help");
    }

    @Test
    void what_only_looks_like_a_command_stays() throws Exception {
        Cli cli = Cli.in(folder).with("MILLRACE_COMMAND", "/opt/a $1/millrace");
        assertThat(cli.run("task", "dev.millrace task").err())
                .contains("there is no task 'dev.millrace task'", "next: /opt/a $1/millrace tasks --app testapp");
        assertThat(cli.bare("strat").err()).contains("next: millrace --help");
    }

    @Test
    void a_wrong_value_is_named_by_its_option_in_words_for_people() throws Exception {
        Cli cli = Cli.in(folder);
        assertThat(cli.run("tasks", "--limit", "many")
                        .expect(ExitCode.BAD_COMMAND_LINE)
                        .err())
                .startsWith("millrace: --limit must be a whole number, not 'many'");
        assertThat(cli.run("submit", "--timeout", "soon")
                        .expect(ExitCode.BAD_COMMAND_LINE)
                        .err())
                .startsWith("millrace: --timeout must be a number, not 'soon'");
        assertThat(cli.run("submit", "--priority", "11")
                        .expect(ExitCode.BAD_COMMAND_LINE)
                        .err())
                .startsWith("millrace: --priority '11' must be a whole number from 0 to 9");
        assertThat(cli.run("submit", "--id", "../x")
                        .expect(ExitCode.BAD_COMMAND_LINE)
                        .err())
                .startsWith("millrace: --id '../x' may hold only");
        assertThat(cli.run("start", "--workers", "0")
                        .expect(ExitCode.BAD_COMMAND_LINE)
                        .err())
                .startsWith("millrace: --workers must have at least one worker");
        assertThat(cli.run("start", "--workers", "2000")
                        .expect(ExitCode.BAD_COMMAND_LINE)
                        .err())
                .startsWith("millrace: --workers must be");
        assertThat(cli.run("status", "extra").expect(ExitCode.BAD_COMMAND_LINE).err())
                .startsWith("millrace: nothing is known of the argument 'extra'");
        assertThat(cli.share()).doesNotExist();
    }

    @Test
    void a_worker_that_is_not_there_is_most_often_a_slip() throws Exception {
        try (Cli cli = Cli.in(folder)) {
            cli.run("start").expect(ExitCode.OK);
            assertThat(cli.run("submit", "--worker", "127.0.0.1:7")
                            .expect(ExitCode.OK)
                            .err())
                    .isEqualTo("millrace: the service has no worker '127.0.0.1:7' (it has 127.0.0.1:1), so any of them"
                            + " may run the task\n");
            assertThat(cli.run("submit", "--worker", "127.0.0.1:1")
                            .expect(ExitCode.OK)
                            .err())
                    .isEmpty();
        }
    }

    @Test
    void a_long_remark_is_broken_between_words() {
        String remark = "IllegalArgumentException: argument 'file' must be the path of a file, not absent";
        Table table =
                new Table("ID", "STATE", "REMARK").row("a-very-long-name-of-a-task-000-127.0.0.1", "failed", remark);
        assertThat(table.text(new Terminal(true, false, 40)).lines())
                .containsExactly(
                        "a-very-long-name-of-a-task-000-127.0.0.1",
                        "  state failed",
                        "  remark IllegalArgumentException:",
                        "    argument 'file' must be the path of",
                        "    a file, not absent");
        assertThat(TextWidth.wrapped("/a/very/long/path is whole", 8))
                .containsExactly("/a/very/long/path", "is", "whole");
    }
}
