package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.json.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The demo as a process of its own, with worker processes, on an app that stands for the sample app. */
@Order(1)
@Execution(ExecutionMode.CONCURRENT)
@Tag("once")
class DemoTest {
    @TempDir
    Path folder;

    @Test
    void it_runs_the_main_job_and_leaves_files_but_no_process() throws Exception {
        Cli cli = DemoWorld.in(folder);
        try (RunningProgram demo = DemoWorld.demo(cli)) {
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
        assertThat(DemoWorld.service(cli).resolve("health.json")).exists();
        assertThat(folder.resolve("home/log/execute/mycode/service_operator_snapshot.json"))
                .exists();
        try (Stream<Path> done = Files.list(DemoWorld.service(cli).resolve("queue/done"))) {
            assertThat(done).hasSize(3);
        }
        Cli.Run again = cli.run("tasks", "--app", "mycode").expect(ExitCode.OK);
        assertThat(again.out().lines()).hasSize(4);
    }

    @Test
    void with_json_it_prints_one_object() throws Exception {
        Cli cli = DemoWorld.in(folder);
        try (RunningProgram demo = DemoWorld.demo(cli, "--json")) {
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
        Cli cli = DemoWorld.in(folder);
        Files.writeString(folder.resolve("apps/mycode/data/empty.csv"), "");
        try (RunningProgram demo = DemoWorld.demo(cli)) {
            assertThat(demo.exitCode()).isEqualTo(ExitCode.TASK_FAILED.code());
            assertThat(demo.out()).contains("empty.csv is empty").contains("3 done, 1 failed");
        }
        assertThat(LiveProcesses.naming(cli.share())).isEmpty();
    }

    @Test
    void tasks_that_take_too_long_end_it_and_its_workers() throws Exception {
        Cli cli = DemoWorld.in(folder);
        Files.createFile(folder.resolve("apps/mycode/hold"));
        try (RunningProgram demo = DemoWorld.demo(cli, "--timeout", "0.5")) {
            assertThat(demo.exitCode()).isEqualTo(ExitCode.TIMED_OUT.code());
            assertThat(demo.err()).contains("3 tasks did not end within 0.500 s (--timeout)");
        }
        assertThat(LiveProcesses.naming(cli.share())).isEmpty();
    }

    @Test
    void a_service_that_is_there_already_is_left_alone() throws Exception {
        Cli cli = DemoWorld.in(folder);
        cli.run("start", "--app", "mycode").expect(ExitCode.OK);
        try (RunningProgram demo = DemoWorld.demo(cli)) {
            assertThat(demo.exitCode()).isEqualTo(ExitCode.FAILED.code());
            assertThat(demo.err()).contains("holds a service of mycode already", "leave --share out");
            assertThat(LiveProcesses.naming(DemoWorld.service(cli))).hasSize(2);
        } finally {
            cli.run("stop", "--app", "mycode", "--force").expect(ExitCode.OK);
        }
    }

    @Test
    void the_folder_that_it_makes_can_be_removed_at_the_end() throws Exception {
        Cli cli = DemoWorld.in(folder);
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
}
