package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A start as a process of its own: interrupted, or staying because its workers are its threads. */
class StartProcessTest {
    private static final Duration SOON = Duration.ofMinutes(1);

    @TempDir
    Path folder;

    private static RunningProgram start(Cli cli, String... more) throws IOException {
        List<String> words = new ArrayList<>(
                List.of("start", "--app", "mycode", "--share", cli.share().toString()));
        words.addAll(List.of(more));
        return RunningProgram.start(cli, words.toArray(new String[0]));
    }

    @Test
    void a_start_that_is_interrupted_takes_back_what_it_started() throws Exception {
        Cli cli = DemoWorld.in(folder);
        try (RunningProgram start = start(cli)) {
            await().pollInterval(Duration.ofMillis(2))
                    .atMost(SOON)
                    .until(() -> DemoInterruptTest.Moment.WHEN_A_WORKER_EXISTS.hasCome(cli, start));
            start.signal("INT");
            assertThat(start.exitCode()).isEqualTo(ExitCode.INTERRUPTED.code());
            assertThat(start.err()).contains("interrupted");
        }
        assertThat(LiveProcesses.naming(cli.share())).isEmpty();
        assertThat(cli.run("status", "--app", "mycode").out()).startsWith("mycode is idle");
    }

    @Test
    void a_start_with_threads_stays_until_it_is_told_to_end() throws Exception {
        Cli cli = DemoWorld.in(folder);
        try (RunningProgram start = start(cli, "--launcher", "in-process")) {
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
        Cli cli = DemoWorld.in(folder);
        try (RunningProgram start = start(cli, "--launcher", "in-process")) {
            await().atMost(SOON).until(() -> start.out().contains("queue: "));
            cli.run("stop", "--app", "mycode");
            assertThat(start.exitCode()).isZero();
        }
        assertThat(cli.run("status", "--app", "mycode").out()).startsWith("mycode is idle");
    }

    @Test
    void workers_share_the_archive_of_classes_that_the_program_was_given() throws Exception {
        Cli cli = DemoWorld.in(folder);
        try (RunningProgram start = start(cli)) {
            assertThat(start.exitCode()).isEqualTo(ExitCode.OK.code());
            assertThat(cli.run("status", "--app", "mycode", "--json").json().path("worker_health"))
                    .isNotEmpty()
                    .allSatisfy(worker -> assertThat(Files.readString(
                                    Path.of("/proc/" + worker.path("pid").asLong() + "/maps")))
                            .contains("/cli-" + System.getProperty("java.runtime.version") + ".jsa"));
        } finally {
            cli.run("stop", "--app", "mycode").expect(ExitCode.OK);
        }
    }
}
