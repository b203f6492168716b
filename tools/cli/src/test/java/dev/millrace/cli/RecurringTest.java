package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.lifecycle.Service;
import dev.millrace.recurring.CatchUp;
import dev.millrace.recurring.Firing;
import dev.millrace.recurring.Overlap;
import dev.millrace.recurring.RecurringTask;
import dev.millrace.recurring.RecurringTasks;
import dev.millrace.recurring.Schedule;
import dev.millrace.settings.AppEnv;
import dev.millrace.task.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Recurring tasks of real services, and docs/reference/recurring.md followed as a reader would. */
@Tag("once")
class RecurringTest {
    private static final Path PAGE = Path.of("../../docs/reference/recurring.md");
    private static final Duration SOON = Duration.ofMinutes(1);

    @TempDir
    Path folder;

    private static List<String> block(String language) throws IOException {
        List<String> lines = Files.readAllLines(PAGE);
        int start = lines.indexOf("```" + language);
        assertThat(start).as("a block of " + language).isNotNegative();
        return lines.subList(start + 1, lines.size()).stream()
                .takeWhile(line -> !line.equals("```"))
                .toList();
    }

    @Test
    void whoever_follows_the_page_sees_what_it_tells() throws Exception {
        try (Cli cli = Cli.in(folder, block("toml").toArray(new String[0]))) {
            List<String> out = new ArrayList<>();
            for (String line : block("sh"))
                out.add(cli.run(line.substring("millrace ".length()).split(" "))
                        .expect(ExitCode.OK)
                        .out());
            assertThat(out.get(1))
                    .containsPattern("NAME +SCHEDULE +KIND +NEXT +LAST +STATE +FIRED +SKIPPED +REMARK")
                    .containsPattern(
                            "nightly +cron 30 3 \\* \\* \\* in Europe/Berlin +profile-csv +20..-..-.. 03:30:00\\+0[12]:00")
                    .containsPattern("often +every 15m +profile-csv +20..-..-.. ..:[0235][05]:00\\+00:00");
            assertThat(out.get(2).lines()).hasSize(4);
            assertThat(out.get(3)).startsWith("nightly-run-20");
            assertThat(out.get(4)).isEqualTo("often is paused\n");
            assertThat(out.get(5)).startsWith("often is active, next 20");
        }
    }

    @Test
    void the_pages_java_is_what_is_run_here() throws Exception {
        String here = Files.readString(Path.of("src/test/java/dev/millrace/cli/RecurringTest.java"));
        assertThat(here.replaceAll("\\s+", " "))
                .contains(String.join(" ", block("java")).replaceAll("\\s+", " "));
        try (Cli cli = Cli.in(folder)) {
            cli.run("start").expect(ExitCode.OK);
            AppEnv env = AppEnv.find(
                    cli.folder.resolve("apps"),
                    "testapp",
                    new AppEnv.Environment(Map.of(), cli.folder.resolve("home"), Optional.of(cli.share())));
            try (Service service = Service.open(env)) {
                RecurringTasks recurring = service.recurring();
                recurring.define(RecurringTask.of(
                                "hourly",
                                Schedule.cron("0 * * * *", ZoneId.of("America/New_York")),
                                Task.of("profile-csv"))
                        .overlap(Overlap.ALLOW)
                        .catchUp(CatchUp.all(24))
                        .jitter(Duration.ofMinutes(2)));
                Instant next = recurring.report("hourly").next().orElseThrow();
                Firing now = recurring.run("hourly");
                recurring.pause("hourly");
                recurring.remove("hourly");
                assertThat(next).isAfter(now.due().minusSeconds(1));
                assertThat(service.queue().locate(now.stem())).isPresent();
            }
        }
    }

    @Test
    void a_service_fires_pauses_and_fires_again_and_each_due_time_once() throws Exception {
        String[] settings = {
            "[service.recurring.tick]",
            "every = \"1s\"",
            "kind = \"echo\"",
            "overlap = \"allow\"",
            "args = {word = \"tick\"}"
        };
        try (Cli cli = Cli.in(folder, settings)) {
            cli.run("start", "--workers", "2").expect(ExitCode.OK);
            await().atMost(SOON).until(() -> ended(cli, "tick-").size() >= 3);
            assertThat(cli.run("recurring", "pause", "tick", "--json")
                            .expect(ExitCode.OK)
                            .json()
                            .path("paused")
                            .booleanValue())
                    .isTrue();
            JsonNode report = only(cli);
            int fired = report.path("fired").intValue();
            assertThat(report.path("last_state").textValue()).isIn("pending", "running", "done");
            String run = cli.run("recurring", "run", "tick")
                    .expect(ExitCode.OK)
                    .out()
                    .strip();
            await().atMost(SOON).until(() -> ended(cli, "tick-run-").contains(run));
            assertThat(only(cli).path("fired").intValue()).isEqualTo(fired + 1);
            assertThat(cli.run("recurring").out()).contains("paused");
            cli.run("recurring", "resume", "tick").expect(ExitCode.OK);
            await().atMost(SOON).until(() -> only(cli).path("fired").intValue() >= fired + 3);
            List<String> ids = ended(cli, "tick-2");
            assertThat(ids).doesNotHaveDuplicates();
            assertThat(cli.run("task", ids.get(0)).out()).contains("tick");
        }
    }

    private static JsonNode only(Cli cli) throws Exception {
        return cli.run("recurring", "list", "--json")
                .expect(ExitCode.OK)
                .json()
                .path("recurring")
                .path(0);
    }

    private static List<String> ended(Cli cli, String start) throws Exception {
        List<String> ids = new ArrayList<>();
        for (JsonNode task : cli.run("tasks", "--state", "done", "--limit", "1000", "--json")
                .json()
                .path("tasks"))
            if (task.path("id").asText().startsWith(start))
                ids.add(task.path("id").asText());
        return ids;
    }

    @Test
    void what_cannot_be_is_refused_at_the_start_with_the_reason() throws Exception {
        Cli cli = Cli.in(folder, "[service.recurring.never]", "cron = \"0 0 31 2 *\"", "kind = \"echo\"");
        assertThat(cli.run("start").expect(ExitCode.BAD_SETTINGS).err())
                .contains("app_settings.toml:5: service.recurring.never.cron '0 0 31 2 *' never comes");
        assertThat(cli.share()).doesNotExist();
    }

    @Test
    void list_and_next_look_before_the_service_runs_and_the_rest_tells_what_is_missing() throws Exception {
        Cli cli = Cli.in(folder, "[service.recurring.r]", "every = \"1d\"", "kind = \"echo\"", "end = 2020-01-01");
        assertThat(cli.run("recurring").expect(ExitCode.OK).out()).contains("every 1d", "ended");
        assertThat(cli.run("recurring", "next", "r").expect(ExitCode.OK).out()).isEqualTo("no due time follows\n");
        assertThat(cli.run("recurring", "run", "r").expect(ExitCode.NOT_RUNNING).err())
                .contains("next: millrace start");
        assertThat(cli.run("recurring", "pause", "x").expect(ExitCode.FAILED).err())
                .contains(
                        "recurring task 'x' is not known; there are r", "next: millrace recurring list --app testapp");
        assertThat(cli.run("recurring", "run").expect(ExitCode.BAD_COMMAND_LINE).err())
                .contains("recurring run needs the name of a recurring task");
        assertThat(cli.run("recurring", "stop", "r")
                        .expect(ExitCode.BAD_COMMAND_LINE)
                        .err())
                .contains("recurring can list, run, pause, resume, next, not 'stop'");
        assertThat(cli.run("recurring", "next", "r", "--count", "0")
                        .expect(ExitCode.BAD_COMMAND_LINE)
                        .err())
                .contains("--count must be 1 to 10000, not 0");
        assertThat(cli.share()).doesNotExist();
        assertThat(Cli.in(Files.createDirectory(folder.resolve("none")))
                        .run("recurring")
                        .expect(ExitCode.OK)
                        .out())
                .startsWith("no recurring tasks");
    }

    @Test
    void a_single_task_is_not_started_before_its_moment() throws Exception {
        try (Cli cli = Cli.in(folder)) {
            cli.run("start").expect(ExitCode.OK);
            Instant soon = Instant.now().plusSeconds(3);
            cli.run("submit", "--id", "late", "--not-before", soon.toString()).expect(ExitCode.OK);
            cli.run("submit", "--id", "delayed", "--delay", "3").expect(ExitCode.OK);
            assertThat(cli.run("task", "late").out()).startsWith("late is scheduled\n");
            await().atMost(SOON).until(() -> ended(cli, "").size() == 2);
            for (String id : List.of("late", "delayed")) {
                JsonNode document = cli.run("task", id, "--json").json().path("document");
                assertThat(document.path("claim").path("claimed_at").doubleValue())
                        .as(document.toString())
                        .isGreaterThanOrEqualTo(soon.toEpochMilli() / 1e3 - (id.equals("late") ? 0.001 : 3));
            }
            cli.run("submit", "--id", "far", "--not-before", "2099-01-01T00:00:00+02:00")
                    .expect(ExitCode.OK);
            assertThat(cli.run("task", "far", "--json")
                            .json()
                            .path("document")
                            .path("not_before")
                            .longValue())
                    .isEqualTo(Instant.parse("2098-12-31T22:00:00Z").getEpochSecond());
            assertThat(cli.run("submit", "--not-before", "tomorrow")
                            .expect(ExitCode.BAD_COMMAND_LINE)
                            .err())
                    .contains("--not-before must be a date and time with its offset", "not 'tomorrow'");
            assertThat(cli.run("submit", "--not-before", "2099-01-01T00:00:00Z", "--delay", "1")
                            .expect(ExitCode.BAD_COMMAND_LINE)
                            .err())
                    .contains("--delay and --not-before say the same");
            assertThat(cli.run("submit", "--not-before", "1066-10-14T00:00:00Z")
                            .expect(ExitCode.BAD_COMMAND_LINE)
                            .err())
                    .contains("--not-before must be after 1970");
        }
    }
}
