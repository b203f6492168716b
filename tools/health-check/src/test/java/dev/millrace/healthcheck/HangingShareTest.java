package dev.millrace.healthcheck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What hangs ends with the time limit, and what would hang a careless reader is not waited for at all. */
class HangingShareTest {
    private static final String NO_ANSWER = "no answer within 1 s; see whether the share answers, or raise --timeout";
    /** Far more than a start of Java takes, and far less than the limit where the limit must not matter. */
    private static final Duration QUICK = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    @BeforeEach
    void app() throws IOException {
        Files.createDirectories(folder.resolve("apps/mycode"));
    }

    private Path share() {
        return folder.resolve("share");
    }

    private Run run(String... more) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                HealthCheckMain.class.getName(),
                "--app",
                "mycode",
                "--apps-path",
                folder.resolve("apps").toString()));
        command.addAll(List.of(more));
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().put("AGI_CLUSTER_SHARE", share().toString());
        Process process = builder.start();
        try {
            assertThat(process.waitFor(QUICK.toSeconds(), TimeUnit.SECONDS))
                    .as("it ended")
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        return new Run(
                process.exitValue(),
                Files.readString(out, StandardCharsets.UTF_8),
                Files.readString(err, StandardCharsets.UTF_8));
    }

    private static void pipe(Path at) throws IOException, InterruptedException {
        Files.createDirectories(at.getParent());
        Files.deleteIfExists(at);
        assumeTrue(new ProcessBuilder("mkfifo", at.toString()).start().waitFor() == 0, "mkfifo does not work here");
    }

    private void expectNoAnswer(String... more) throws Exception {
        Run run = run(more);
        assertThat(run.err()).isEqualTo("[service_health_check] ERROR: " + NO_ANSWER + "\n");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
    }

    @Test
    void a_share_whose_server_never_answers_ends_with_the_time_limit() throws Exception {
        try (HangingShare share = HangingShare.at(share())) {
            assertThat(share).isNotNull();
            expectNoAnswer("--timeout", "1");
            expectNoAnswer("--timeout", "1", "--observe", "--format", "prometheus");
            Run nagios = run("--timeout", "1", "--format", "nagios");
            assertThat(nagios.code()).isEqualTo(3);
            assertThat(nagios.out()).contains("UNKNOWN", NO_ANSWER);
        }
    }

    @Test
    void a_pipe_in_place_of_the_settings_is_not_opened() throws Exception {
        Path settings = folder.resolve("apps/mycode/app_settings.toml");
        pipe(settings);
        Run run = run("--timeout", "20");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err())
                .startsWith(
                        "[service_health_check] ERROR: " + settings + ": is a pipe or a device, not a regular file");
    }

    @Test
    void a_pipe_in_place_of_a_file_of_the_service_is_not_opened() throws Exception {
        Path service = share().resolve("service/mycode");
        pipe(service.resolve("health.json"));
        pipe(service.resolve("queue/heartbeats/000-w.json"));
        pipe(service.resolve("queue/pending/t.task.json"));
        Run idle = run("--timeout", "600", "--allow-idle");
        assertThat(idle.code()).as(idle.err()).isZero();
        assertThat(service.resolve("health.json")).isRegularFile();
        pipe(service.resolve("service_record.json"));
        Run unknown = run("--timeout", "600", "--allow-idle");
        assertThat(unknown.code()).as(unknown.err()).isEqualTo(3);
        assertThat(unknown.err()).hasLineCount(1).contains("FAIL: ", "error");
    }
}
