package dev.millrace.healthcheck;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command as a process of its own: what a shell sees. */
class ProcessTest {
    @TempDir
    private Path folder;

    private Run run(String... args) throws IOException, InterruptedException {
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                HealthCheckMain.class.getName()));
        command.addAll(List.of(args));
        Process process = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Run(
                process.exitValue(),
                Files.readString(out, StandardCharsets.UTF_8),
                Files.readString(err, StandardCharsets.UTF_8));
    }

    @Test
    void a_bad_command_line_exits_64() throws Exception {
        Run run = run("--app", "mycode", "--formt", "json");
        assertThat(run.code()).isEqualTo(64);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("did you mean --format?");
    }

    @Test
    void an_app_that_is_not_there_exits_1_with_one_line_on_standard_error() throws Exception {
        Run run = run("--app", "größer", "--apps-path", folder.toString());
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).startsWith("[service_health_check] ERROR: ").hasLineCount(1);
    }

    @Test
    void help_exits_0() throws Exception {
        Run run = run("--help");
        assertThat(run.code()).isZero();
        assertThat(run.out()).startsWith("Usage: health_check");
    }
}
