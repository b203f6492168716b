package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The demo as a process of its own, with worker processes, on an app that stands for the sample app. */
class DemoTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    private Cli world() throws IOException {
        Cli cli = Cli.in(folder);
        Path app = cli.app("mycode");
        Files.writeString(
                app.resolve("app_settings.toml"), "[cluster.workers]\n\"127.0.0.1\" = 2\n", StandardOpenOption.APPEND);
        Path data = Files.createDirectories(app.resolve("data"));
        for (int file = 1; file <= 3; file++)
            Files.writeString(data.resolve("numbers-" + file + ".csv"), "n\n1\n2\n".repeat(file));
        return cli;
    }

    private static Path service(Cli cli) {
        return cli.share().resolve("service/mycode");
    }

    @Test
    void it_runs_the_main_job_and_leaves_files_but_no_process() throws Exception {
        Cli cli = world();
        try (RunningProgram demo =
                RunningProgram.start(cli, "demo", "--share", cli.share().toString())) {
            assertThat(demo.exitCode()).as("%s%s", demo.out(), demo.err()).isZero();
            assertThat(demo.out())
                    .contains("profiles 3 CSV files", "share: " + cli.share())
                    .contains("2 workers running: 127.0.0.1:1, 127.0.0.1:2")
                    .containsPattern("3/3 numbers-[123].csv done in ")
                    .containsPattern("FILE +ROWS +BAD +COLS +NUMERIC +MISSING +TIME")
                    .containsPattern("numbers-2.csv +5 +0 +1 +1 +7 ")
                    .contains("2 of 2 workers healthy, 3 done, 0 failed")
                    .contains("gate:     passed")
                    .contains("service:  stopped, no process is left")
                    .doesNotContain("\u001b", "\r");
            assertThat(demo.err()).isEmpty();
        }
        assertThat(LiveProcesses.naming(cli.share())).isEmpty();
        assertThat(service(cli).resolve("health.json")).exists();
        assertThat(folder.resolve("home/log/execute/mycode/service_operator_snapshot.json"))
                .exists();
        try (Stream<Path> done = Files.list(service(cli).resolve("queue/done"))) {
            assertThat(done).hasSize(3);
        }
        Cli.Run again = cli.run("tasks", "--app", "mycode").expect(ExitCode.OK);
        assertThat(again.out().lines()).hasSize(4);
    }

    @Test
    void with_json_it_prints_one_object() throws Exception {
        Cli cli = world();
        try (RunningProgram demo = RunningProgram.start(
                cli, "demo", "--json", "--share", cli.share().toString())) {
            assertThat(demo.exitCode()).isZero();
            JsonNode json = Json.parse(demo.out().getBytes(StandardCharsets.UTF_8));
            assertThat(json.path("tasks").size()).isEqualTo(3);
            assertThat(json.path("tasks").path(2).path("result").path("rows").intValue())
                    .isEqualTo(8);
            assertThat(json.path("health").path("gate").path("passed").booleanValue())
                    .isTrue();
            assertThat(json.path("stop").path("status").asText()).isEqualTo("stopped");
        }
    }

    @Test
    void a_task_that_fails_is_shown_and_told_by_the_exit_code() throws Exception {
        Cli cli = world();
        Files.writeString(folder.resolve("apps/mycode/data/empty.csv"), "");
        try (RunningProgram demo =
                RunningProgram.start(cli, "demo", "--share", cli.share().toString())) {
            assertThat(demo.exitCode()).isEqualTo(ExitCode.TASK_FAILED.code());
            assertThat(demo.out()).contains("empty.csv is empty").contains("3 done, 1 failed");
        }
        assertThat(LiveProcesses.naming(cli.share())).isEmpty();
    }

    @Test
    void tasks_that_take_too_long_end_it_and_its_workers() throws Exception {
        Cli cli = world();
        Files.createFile(folder.resolve("apps/mycode/hold"));
        try (RunningProgram demo = RunningProgram.start(
                cli, "demo", "--timeout", "0.5", "--share", cli.share().toString())) {
            assertThat(demo.exitCode()).isEqualTo(ExitCode.TIMED_OUT.code());
            assertThat(demo.err()).contains("3 tasks did not end within 0.500 s (--timeout)");
        }
        assertThat(LiveProcesses.naming(cli.share())).isEmpty();
    }

    @Test
    void a_service_that_is_there_already_is_left_alone() throws Exception {
        Cli cli = world();
        cli.run("start", "--app", "mycode").expect(ExitCode.OK);
        try (RunningProgram demo =
                RunningProgram.start(cli, "demo", "--share", cli.share().toString())) {
            assertThat(demo.exitCode()).isEqualTo(ExitCode.FAILED.code());
            assertThat(demo.err()).contains("holds a service of mycode already", "leave --share out");
            assertThat(LiveProcesses.naming(service(cli))).hasSize(2);
        } finally {
            cli.run("stop", "--app", "mycode", "--force").expect(ExitCode.OK);
        }
    }

    @Test
    void the_folder_that_it_makes_can_be_removed_at_the_end() throws Exception {
        Cli cli = world();
        try (RunningProgram demo = RunningProgram.start(cli, "demo", "--clean")) {
            assertThat(demo.exitCode()).isZero();
            Path share = Path.of(demo.out()
                    .lines()
                    .filter(line -> line.startsWith("share: "))
                    .findFirst()
                    .orElseThrow()
                    .substring("share: ".length()));
            assertThat(share).doesNotExist();
            assertThat(demo.out()).contains("The share is removed");
        }
    }

    /** When to interrupt. */
    enum Moment {
        AT_FIRST_WORDS,
        WHEN_THE_RECORD_IS_WRITTEN,
        WHEN_A_WORKER_EXISTS,
        WHEN_A_WORKER_BEATS,
        WHEN_ALL_ARE_STARTED,
        WHILE_TASKS_RUN,
        WHEN_A_TASK_IS_DONE,
        WHILE_IT_STOPS;

        boolean hasCome(Cli cli, RunningProgram demo) throws IOException {
            Path service = service(cli);
            return !demo.process.isAlive()
                    || switch (this) {
                        case AT_FIRST_WORDS -> demo.out().contains("starting the workers");
                        case WHEN_THE_RECORD_IS_WRITTEN -> Files.exists(service.resolve("service_record.json"));
                        case WHEN_A_WORKER_EXISTS ->
                            !LiveProcesses.naming(service).isEmpty();
                        case WHEN_A_WORKER_BEATS -> has(service.resolve("queue/heartbeats"));
                        case WHEN_ALL_ARE_STARTED -> demo.out().contains("2 workers running");
                        case WHILE_TASKS_RUN -> has(service.resolve("queue/running"));
                        case WHEN_A_TASK_IS_DONE -> has(service.resolve("queue/done"));
                        case WHILE_IT_STOPS ->
                            Files.exists(service.resolve("service_record.json"))
                                    && Files.readString(service.resolve("service_record.json"))
                                            .contains("\"stopping\"");
                    };
        }

        private static boolean has(Path folder) throws IOException {
            if (!Files.isDirectory(folder)) return false;
            try (Stream<Path> entries = Files.list(folder)) {
                return entries.anyMatch(entry -> entry.toString().endsWith(".json"));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Moment.class)
    void one_interrupt_at_any_moment_leaves_no_process(Moment moment) throws Exception {
        Cli cli = world();
        boolean holds = moment == Moment.WHILE_TASKS_RUN;
        if (holds) Files.createFile(folder.resolve("apps/mycode/hold"));
        try (RunningProgram demo =
                RunningProgram.start(cli, "demo", "--share", cli.share().toString())) {
            await().pollInterval(Duration.ofMillis(2)).atMost(SOON).until(() -> moment.hasCome(cli, demo));
            demo.signal("INT");
            int code = demo.exitCode();
            assertThat(LiveProcesses.naming(cli.share())).isEmpty();
            // What comes late, such as the end of a stop that took no time, may find the demo at its own end.
            if (moment.compareTo(Moment.WHILE_TASKS_RUN) <= 0)
                assertThat(code).as("%s%s", demo.out(), demo.err()).isEqualTo(ExitCode.INTERRUPTED.code());
            if (code != 0) assertThat(demo.err()).contains("millrace: interrupted");
            assertThat(service(cli).resolve("service_record.json")).doesNotExist();
        }
    }

    @Test
    void a_terminated_demo_cleans_up_too() throws Exception {
        Cli cli = world();
        Files.createFile(folder.resolve("apps/mycode/hold"));
        try (RunningProgram demo =
                RunningProgram.start(cli, "demo", "--share", cli.share().toString())) {
            await().atMost(SOON).until(() -> Moment.WHILE_TASKS_RUN.hasCome(cli, demo));
            demo.signal("TERM");
            assertThat(demo.exitCode()).isEqualTo(143);
            assertThat(LiveProcesses.naming(cli.share())).isEmpty();
            assertThat(demo.out()).contains("stopping the workers", "no process is left");
        }
    }

    @Test
    void a_start_that_is_interrupted_takes_back_what_it_started() throws Exception {
        Cli cli = world();
        try (RunningProgram start = RunningProgram.start(
                cli, "start", "--app", "mycode", "--share", cli.share().toString())) {
            await().pollInterval(Duration.ofMillis(2))
                    .atMost(SOON)
                    .until(() -> Moment.WHEN_A_WORKER_EXISTS.hasCome(cli, start));
            start.signal("INT");
            assertThat(start.exitCode()).isEqualTo(ExitCode.INTERRUPTED.code());
            assertThat(start.err()).contains("interrupted");
        }
        assertThat(LiveProcesses.naming(cli.share())).isEmpty();
        assertThat(cli.run("status", "--app", "mycode").out()).startsWith("mycode is idle");
    }

    @Test
    void a_start_with_threads_stays_until_it_is_told_to_end() throws Exception {
        Cli cli = world();
        try (RunningProgram start = RunningProgram.start(
                cli,
                "start",
                "--launcher",
                "in-process",
                "--app",
                "mycode",
                "--share",
                cli.share().toString())) {
            await().atMost(SOON).until(() -> start.out().contains("queue: "));
            cli.run("submit", "--app", "mycode", "--kind", "echo", "--wait", "20")
                    .expect(ExitCode.OK);
            start.signal("TERM");
            assertThat(start.exitCode()).isEqualTo(143);
        }
        assertThat(cli.run("status", "--app", "mycode").out()).startsWith("mycode is idle");
    }

    @Test
    void a_start_with_threads_ends_when_the_service_is_stopped_by_another() throws Exception {
        Cli cli = world();
        try (RunningProgram start = RunningProgram.start(
                cli,
                "start",
                "--launcher",
                "in-process",
                "--app",
                "mycode",
                "--share",
                cli.share().toString())) {
            await().atMost(SOON).until(() -> start.out().contains("queue: "));
            cli.run("stop", "--app", "mycode");
            assertThat(start.exitCode()).isZero();
        }
        assertThat(cli.run("status", "--app", "mycode").out()).startsWith("mycode is idle");
    }

    @Test
    void a_killed_demo_can_be_stopped_by_hand() throws Exception {
        Cli cli = world();
        Files.createFile(folder.resolve("apps/mycode/hold"));
        try (RunningProgram demo =
                RunningProgram.start(cli, "demo", "--share", cli.share().toString())) {
            await().atMost(SOON).until(() -> Moment.WHILE_TASKS_RUN.hasCome(cli, demo));
            demo.process.destroyForcibly().waitFor();
        }
        cli.run("stop", "--app", "mycode", "--force", "--stop-timeout", "0.5").expect(ExitCode.OK);
        assertThat(LiveProcesses.naming(cli.share())).isEmpty();
    }
}
