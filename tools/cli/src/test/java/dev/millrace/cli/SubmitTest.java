package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Submitting tasks, looking at them and following their logs, all with one service. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SubmitTest {
    private static final Duration SOON = Duration.ofMinutes(1);

    @TempDir
    static Path folder;

    private Cli cli;

    @BeforeAll
    void start() throws IOException {
        cli = Cli.in(folder, "args = {word = \"hello\"}");
        cli.run("start", "--workers", "2", "--slots", "4").expect(ExitCode.OK);
    }

    @AfterAll
    void stop() {
        cli.close();
    }

    private JsonNode waited(String... args) throws Exception {
        String[] all = java.util.Arrays.copyOf(args, args.length + 4);
        System.arraycopy(new String[] {"submit", "--wait", "20", "--json"}, 0, all, args.length, 4);
        java.util.Collections.rotate(java.util.Arrays.asList(all), 4);
        return cli.run(all).expect(ExitCode.OK).json().path("tasks").path(0);
    }

    @Test
    void arguments_are_json_where_they_can_be_and_text_elsewhere() throws Exception {
        JsonNode args = waited("--arg", "n=5", "--arg", "name=data/x.csv", "--arg", "list=[1,2]", "--arg", "text=\"7\"")
                .path("result")
                .path("args");
        assertThat(args.toString()).isEqualTo("{\"n\":5,\"name\":\"data/x.csv\",\"list\":[1,2],\"text\":\"7\"}");
    }

    @Test
    void arguments_come_from_a_file_or_standard_input_and_single_ones_win() throws Exception {
        Files.writeString(folder.resolve("args.json"), "{\"a\": 1, \"b\": 2}");
        assertThat(waited("--args", "@args.json", "--arg", "b=3")
                        .path("result")
                        .path("args")
                        .toString())
                .isEqualTo("{\"a\":1,\"b\":3}");
        cli.input("{\"from\": \"stdin\"}");
        assertThat(waited("--args", "@-")
                        .path("result")
                        .path("args")
                        .path("from")
                        .asText())
                .isEqualTo("stdin");
        assertThat(waited().path("result").path("service").path("word").asText())
                .isEqualTo("hello");
    }

    @Test
    void an_id_alone_is_printed_so_that_scripts_can_take_it() {
        Cli.Run run = cli.run("submit", "--id", "mine-1").expect(ExitCode.OK);
        assertThat(run.out()).isEqualTo("mine-1\n");
        assertThat(run.err()).isEmpty();
    }

    @Test
    void a_failed_task_ends_the_wait_with_its_own_code_and_says_why() throws Exception {
        Cli.Run run =
                cli.run("submit", "--kind", "fail", "--id", "sad", "--wait").expect(ExitCode.TASK_FAILED);
        assertThat(run.out()).startsWith("sad\nfailed in ");
        assertThat(run.err()).isEqualTo("millrace: task sad failed: IOException: the input is not there\n");
        assertThat(cli.run("submit", "--kind", "fail", "--wait", "--json")
                        .expect(ExitCode.TASK_FAILED)
                        .json()
                        .path("tasks")
                        .path(0)
                        .path("state")
                        .asText())
                .isEqualTo("failed");
    }

    @Test
    void a_wait_that_is_too_short_has_a_code_of_its_own() throws Exception {
        Cli.Run run =
                cli.run("submit", "--delay", "1000", "--wait", "0.1", "--json").expect(ExitCode.TIMED_OUT);
        assertThat(run.json().path("tasks").path(0).path("state").asText()).isEqualTo("scheduled");
        assertThat(run.err()).contains("1 task did not end in time");
    }

    @Test
    void everything_that_may_be_said_of_a_task_stands_in_its_document() throws Exception {
        cli.run(
                        "submit",
                        "--id",
                        "full",
                        "--kind",
                        "echo",
                        "--priority",
                        "9",
                        "--delay",
                        "1000",
                        "--timeout",
                        "2.5",
                        "--soft-timeout",
                        "1.5",
                        "--retry",
                        "strategy=fixed,base=5,no_retry_on=a.B,no_retry_on=c.D",
                        "--max-attempts",
                        "3",
                        "--worker",
                        "127.0.0.1:2",
                        "--name",
                        "a name")
                .expect(ExitCode.OK);
        JsonNode document = cli.run("task", "full", "--json").json().path("document");
        assertThat(document.path("priority").intValue()).isEqualTo(9);
        assertThat(document.path("timeout_sec").doubleValue()).isEqualTo(2.5);
        assertThat(document.path("soft_timeout_sec").doubleValue()).isEqualTo(1.5);
        assertThat(document.path("retry").toString())
                .isEqualTo("{\"strategy\":\"fixed\",\"base\":5,\"no_retry_on\":[\"a.B\",\"c.D\"]}");
        assertThat(document.path("max_attempts").intValue()).isEqualTo(3);
        assertThat(document.path("worker").asText()).isEqualTo("127.0.0.1:2");
        assertThat(document.path("task_name").asText()).isEqualTo("a name");
        assertThat(document.path("not_before").doubleValue())
                .isGreaterThan(document.path("created_at").doubleValue() + 990);
        assertThat(cli.run("task", "full").out())
                .contains("full is scheduled", "priority   9", "attempt    1 of 3", "(in 16 min");
    }

    @Test
    void a_task_that_ran_can_be_submitted_again_from_its_document() throws Exception {
        String first = waited("--id", "again", "--arg", "x=1").path("stem").asText();
        Path file = cli.queue().resolve("done").resolve(first + ".task.json");
        JsonNode second = waited("--file", file.toString());
        assertThat(second.path("id").asText()).isEqualTo("again");
        assertThat(second.path("stem").asText()).isNotEqualTo(first);
        assertThat(second.path("result").path("args").path("x").intValue()).isEqualTo(1);
        Cli.Run shown = cli.run("task", "again").expect(ExitCode.OK);
        assertThat(shown.err()).contains("the newest of 2 tasks", first);
    }

    @Test
    void a_plan_is_cut_into_tasks_in_agilabs_form() throws Exception {
        Files.writeString(folder.resolve("plan.json"), "[[\"a\"], [\"b\"], [\"c\"]]");
        JsonNode report = cli.run(
                        "submit",
                        "--plan",
                        "@plan.json",
                        "--metadata",
                        "[[1],[2],[3]]",
                        "--task-id",
                        "plan7",
                        "--task-name",
                        "three",
                        "--wait",
                        "20",
                        "--json")
                .expect(ExitCode.OK)
                .json();
        assertThat(report.path("status").asText()).isEqualTo("queued");
        assertThat(report.path("task_id").asText()).isEqualTo("plan7");
        assertThat(report.path("task_name").asText()).isEqualTo("three");
        assertThat(report.path("queued_files").size()).isEqualTo(3);
        assertThat(report.path("tasks").path(2).path("result").path("chunk").toString())
                .isEqualTo("[\"c\"]");
    }

    @Test
    void forms_cannot_be_mixed_and_bad_values_are_named() {
        assertThat(cli.run("submit", "--file", "x", "--kind", "a")
                        .expect(ExitCode.BAD_COMMAND_LINE)
                        .err())
                .contains("--file brings the whole task");
        assertThat(cli.run("submit", "--plan", "[]", "--priority", "3")
                        .expect(ExitCode.BAD_COMMAND_LINE)
                        .err())
                .contains("--priority");
        assertThat(cli.run("submit", "--arg", "novalue")
                        .expect(ExitCode.BAD_COMMAND_LINE)
                        .err())
                .contains("--arg must be NAME=VALUE, not 'novalue'");
        assertThat(cli.run("submit", "--args", "[1]")
                        .expect(ExitCode.BAD_COMMAND_LINE)
                        .err())
                .contains("--args must be a JSON object, not [1]");
        assertThat(cli.run("submit", "--args", "@absent.json")
                        .expect(ExitCode.BAD_COMMAND_LINE)
                        .err())
                .contains("--args: absent.json cannot be read: it is not there");
        assertThat(cli.run("submit", "--priority", "12")
                        .expect(ExitCode.BAD_COMMAND_LINE)
                        .err())
                .contains("--priority '12' must be a whole number from 0 to 9");
        assertThat(cli.run("submit", "--retry", "base=-1,cap=5")
                        .expect(ExitCode.BAD_COMMAND_LINE)
                        .err())
                .contains("--retry base '-1' must be a number of seconds from 0 to 1e9");
        assertThat(cli.run("submit", "--retry", "fixed")
                        .expect(ExitCode.BAD_COMMAND_LINE)
                        .err())
                .contains("--retry must be NAME=VALUE, not 'fixed'");
        assertThat(cli.run("submit", "--timeout", "2", "--soft-timeout", "3")
                        .expect(ExitCode.BAD_COMMAND_LINE)
                        .err())
                .contains("--soft-timeout '3.0' must be less than timeout_sec, 2.0");
        assertThat(cli.run("submit", "--id", "../x")
                        .expect(ExitCode.BAD_COMMAND_LINE)
                        .err())
                .contains("--id '../x'");
        assertThat(cli.run("submit", "--wait", "-3")
                        .expect(ExitCode.BAD_COMMAND_LINE)
                        .err())
                .contains("--wait");
        assertThat(cli.run("submit", "--timeout", "NaN")
                        .expect(ExitCode.BAD_COMMAND_LINE)
                        .err())
                .contains("--timeout must be 0 to 1e9 seconds");
    }

    @Test
    void tasks_are_listed_newest_first_and_filtered() throws Exception {
        for (int i = 1; i <= 3; i++) waited("--id", "listed-" + i);
        Cli.Run listed = cli.run("tasks", "--id", "listed-", "--limit", "2").expect(ExitCode.OK);
        assertThat(listed.out().lines().toList()).hasSize(4);
        assertThat(listed.out().lines().skip(1))
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("listed-3  done"),
                        line -> assertThat(line).startsWith("listed-2  done"),
                        line -> assertThat(line).isEqualTo("1 more; --offset 2 shows the next"));
        assertThat(cli.run("tasks", "--id", "listed-", "--state", "failed,pending")
                        .out())
                .isEqualTo("no tasks\n");
        assertThat(cli.run("tasks", "--state", "finished")
                        .expect(ExitCode.BAD_COMMAND_LINE)
                        .err())
                .contains("--state must be one of blocked, scheduled, pending");
    }

    @Test
    void a_task_shows_its_attempts_error_and_files() throws Exception {
        cli.run("submit", "--kind", "fail", "--id", "twice", "--max-attempts", "2", "--wait")
                .expect(ExitCode.TASK_FAILED);
        String shown = cli.run("task", "twice").expect(ExitCode.OK).out();
        assertThat(shown)
                .startsWith("twice is failed\n")
                .contains(
                        "attempt    2 of 2",
                        "ATTEMPT  OUTCOME  WORKER",
                        "error\nIOException: the input is not there",
                        "traceback")
                .containsPattern("file +" + cli.queue() + "/failed/");
        assertThat(cli.run("task", "twice", "--json").json().path("attempts").size())
                .isEqualTo(2);
        assertThat(cli.run("task", "twic").expect(ExitCode.FAILED).err())
                .contains("there is no task 'twic' of testapp; did you mean twice?", "millrace tasks --app testapp");
    }

    @Test
    void a_refused_file_shows_its_reason() throws Exception {
        Path draft = Files.writeString(cli.queue().resolve("pending/broken.tmp"), "{\"schema\": ");
        Files.move(draft, cli.queue().resolve("pending/broken.task.json"));
        await().atMost(SOON).until(() -> cli.names("failed").contains("broken.task.json"));
        Cli.Run shown = cli.run("task", "broken").expect(ExitCode.OK);
        assertThat(shown.out()).contains("broken is failed", "refused\nis not acceptable JSON");
    }

    @Test
    void logs_are_printed_and_followed_until_the_task_ends() throws Exception {
        Path gate = folder.resolve("gate-" + System.nanoTime());
        cli.run("submit", "--kind", "gate", "--id", "logged", "--arg", "file=" + gate)
                .expect(ExitCode.OK);
        await().atMost(SOON).until(() -> cli.run("logs", "logged").out().contains("INFO waiting"));
        // A thread of its own: the common pool has one on small machines.
        var followed = new java.util.concurrent.FutureTask<>(() -> cli.run("logs", "-f", "logged"));
        new Thread(followed).start();
        Files.createFile(gate);
        Cli.Run run = followed.get(30, java.util.concurrent.TimeUnit.SECONDS).expect(ExitCode.OK);
        assertThat(run.out().lines())
                .satisfiesExactly(
                        line -> assertThat(line).endsWith("INFO waiting"),
                        line -> assertThat(line).endsWith("INFO open"));
        assertThat(cli.run("logs", "logged", "-f", "--json")
                        .expect(ExitCode.BAD_COMMAND_LINE)
                        .err())
                .contains("--follow has no end");
    }

    @Test
    void a_task_without_a_log_is_said_to_have_none() {
        cli.run("submit", "--delay", "1000", "--id", "silent").expect(ExitCode.OK);
        Cli.Run run = cli.run("logs", "silent").expect(ExitCode.OK);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("has logged nothing so far");
    }
}
