package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.storage.Disk;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What goes wrong gets one sentence, a next step and the right code. */
@Order(1)
@Execution(ExecutionMode.CONCURRENT)
@Tag("once")
class ErrorsTest {
    @TempDir
    Path folder;

    @Test
    void nothing_at_all_shows_the_help() throws Exception {
        Cli.Run run = Cli.in(folder).bare().expect(ExitCode.BAD_COMMAND_LINE);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).startsWith("Usage: millrace").contains("demo", "completion");
    }

    @Test
    void a_misspelt_command_or_option_gets_the_nearest_one() throws Exception {
        Cli cli = Cli.in(folder);
        assertThat(cli.bare("strat").expect(ExitCode.BAD_COMMAND_LINE).err())
                .isEqualTo("millrace: there is no command 'strat'; did you mean 'start'?\n  next: millrace --help\n");
        assertThat(cli.bare("xyzzy").expect(ExitCode.BAD_COMMAND_LINE).err()).doesNotContain("did you mean");
        assertThat(cli.bare("status", "--observ")
                        .expect(ExitCode.BAD_COMMAND_LINE)
                        .err())
                .contains("there is no option '--observ'; did you mean --observe?", "next: millrace status --help");
        assertThat(cli.bare("--app", "x", "status")
                        .expect(ExitCode.BAD_COMMAND_LINE)
                        .err())
                .contains("options go behind the command");
    }

    @Test
    void an_error_with_json_is_one_object_too() throws Exception {
        Cli cli = Cli.in(folder);
        Cli.Run run = cli.run("submit", "--json").expect(ExitCode.NOT_RUNNING);
        JsonNode json = run.json();
        assertThat(json.path("status").asText()).isEqualTo("error");
        assertThat(json.path("error").asText()).startsWith("the service of testapp is not running");
        assertThat(json.path("next").asText()).isEqualTo("millrace start --app testapp --share " + cli.share());
        assertThat(json.path("exit_code").intValue()).isEqualTo(69);
        assertThat(cli.bare("status", "--nonsense", "--json")
                        .expect(ExitCode.BAD_COMMAND_LINE)
                        .json()
                        .path("exit_code")
                        .intValue())
                .isEqualTo(64);
    }

    @Test
    void the_app_is_the_only_one_or_must_be_named() throws Exception {
        Cli cli = Cli.in(folder);
        assertThat(cli.run("status").expect(ExitCode.OK).out()).startsWith("testapp is idle");
        cli.app("second");
        assertThat(cli.run("status").expect(ExitCode.BAD_COMMAND_LINE).err())
                .contains("several apps", "second, testapp", "--app or $MILLRACE_APP");
        assertThat(cli.run("status", "--app", "tstapp")
                        .expect(ExitCode.BAD_COMMAND_LINE)
                        .err())
                .contains("'tstapp' is not there", "did you mean 'testapp'?");
        cli.with("MILLRACE_APP", "second");
        assertThat(cli.run("status").expect(ExitCode.OK).out()).startsWith("second is idle");
        assertThat(cli.run("status", "--app", "testapp").out()).startsWith("testapp is idle");
    }

    @Test
    void apps_lie_where_the_caller_says() throws Exception {
        Cli cli = Cli.in(folder);
        Files.move(folder.resolve("apps"), folder.resolve("elsewhere"));
        assertThat(cli.run("status").expect(ExitCode.BAD_COMMAND_LINE).err())
                .contains("there is no folder of apps at " + cli.folder.resolve("apps"), "--apps-path");
        cli.run("status", "--apps-path", "elsewhere").expect(ExitCode.OK);
        Files.createDirectories(folder.resolve("home2"));
        Files.move(folder.resolve("elsewhere"), folder.resolve("home2/apps"));
        cli.with("MILLRACE_HOME", cli.folder.resolve("home2").toString());
        cli.run("status").expect(ExitCode.OK);
    }

    @Test
    void bad_settings_are_named_with_file_line_and_key() throws Exception {
        Cli cli = Cli.in(folder, "slot = 3");
        assertThat(cli.run("start").expect(ExitCode.BAD_SETTINGS).err())
                .contains("app_settings.toml:4", "slot", "did you mean 'slots'");
    }

    @Test
    void a_bad_parameter_is_named_as_the_option_that_it_was() throws Exception {
        Cli cli = Cli.in(folder);
        assertThat(cli.run("start", "--poll-interval", "soon")
                        .expect(ExitCode.BAD_COMMAND_LINE)
                        .err())
                .startsWith("millrace: --poll-interval must be a number of seconds");
        assertThat(cli.run("start", "--slots", "0")
                        .expect(ExitCode.BAD_COMMAND_LINE)
                        .err())
                .startsWith("millrace: --slots must be a whole number from 1 to 1024, not 0");
        assertThat(cli.run("start", "--workers", "here=many")
                        .expect(ExitCode.BAD_COMMAND_LINE)
                        .err())
                .contains("--workers must be HOST=N or N, not 'here=many'");
        assertThat(cli.run("start", "--mode", "c")
                        .expect(ExitCode.BAD_COMMAND_LINE)
                        .err())
                .contains("--mode must be");
        assertThat(cli.run("stop", "--abandon", "-oProxyCommand=x")
                        .expect(ExitCode.BAD_COMMAND_LINE)
                        .err())
                .contains("--abandon must be a list of hosts");
        assertThat(cli.run("stop", "--stop-timeout", "-1")
                        .expect(ExitCode.BAD_COMMAND_LINE)
                        .err())
                .contains("--stop-timeout must be");
    }

    @Test
    void while_another_operation_is_under_way_stop_says_busy() throws Exception {
        Cli cli = Cli.in(folder);
        Path service = Files.createDirectories(cli.share().resolve("service/testapp"));
        try (Disk.DiskLock held =
                Disk.local().tryLock(service.resolve("operation.lock")).orElseThrow()) {
            assertThat(held).isNotNull();
            assertThat(cli.run("stop").expect(ExitCode.BUSY).err()).contains("try again when it is done");
        }
    }

    @Test
    void a_share_that_cannot_be_used_is_named_without_a_stack_trace() throws Exception {
        Cli cli = Cli.in(folder);
        Files.writeString(cli.share(), "a file");
        Cli.Run run = cli.run("start").expect(ExitCode.FAILED);
        assertThat(run.err()).contains(cli.share().toString()).doesNotContain("\tat ", "Exception");
        assertThat(cli.run("start", "--verbose").expect(ExitCode.FAILED).err()).contains("\tat ");
    }

    @Test
    void a_record_that_cannot_be_read_leads_to_stop() throws Exception {
        Cli cli = Cli.in(folder);
        Path service = Files.createDirectories(cli.share().resolve("service/testapp"));
        Files.writeString(service.resolve("service_record.json"), "{");
        assertThat(cli.run("start").expect(ExitCode.FAILED).err()).contains("service_record.json", "millrace stop");
        assertThat(cli.run("status").expect(ExitCode.FAILED).out()).contains("testapp is error");
        assertThat(cli.run("stop").expect(ExitCode.FAILED).out())
                .contains("testapp is error", "recovery_required", "--service-queue-dir", "remove the record");
    }

    @Test
    void an_argument_that_the_locale_could_not_read_is_not_passed_on() throws Exception {
        assertThat(Cli.in(folder)
                        .bare("submit", "--arg", "name=\uFFFD\uFFFD")
                        .expect(ExitCode.BAD_COMMAND_LINE)
                        .err())
                .contains("LC_ALL=C.UTF-8");
    }

    @Test
    void help_is_for_every_command_and_costs_nothing() throws Exception {
        Cli cli = Cli.in(folder);
        assertThat(cli.bare("--help").expect(ExitCode.OK).out()).startsWith("Usage: millrace [-hV] COMMAND");
        for (Commands command : Commands.values()) {
            Cli.Run help = cli.bare(command.word(), "--help").expect(ExitCode.OK);
            assertThat(help.out()).startsWith("Usage: millrace " + command.word() + " ");
            assertThat(cli.bare("help", command.word()).out()).isEqualTo(help.out());
        }
        assertThat(cli.share()).doesNotExist();
    }
}
