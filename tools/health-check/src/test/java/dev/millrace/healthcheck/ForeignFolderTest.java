package dev.millrace.healthcheck;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Cron and dashboards call from any folder; the launcher tells where the tree is in $MILLRACE_HOME. */
class ForeignFolderTest {
    private static final String MAIN = "dev.millrace.healthcheck.HealthCheckMain";

    @TempDir
    private Path elsewhere;

    private int checked(boolean withHome) throws Exception {
        Path apps = Files.createDirectories(elsewhere.resolve("tree/apps/someapp"));
        Files.writeString(apps.resolve("app_settings.toml"), "");
        Path output = elsewhere.resolve("output");
        ProcessBuilder command = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        MAIN,
                        "--app",
                        "someapp",
                        "--share",
                        elsewhere.resolve("share").toString(),
                        "--observe",
                        "--allow-idle"))
                .directory(Files.createDirectories(elsewhere.resolve("cwd")).toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        command.environment().remove("MILLRACE_HOME");
        if (withHome)
            command.environment().put("MILLRACE_HOME", elsewhere.resolve("tree").toString());
        Process process = command.start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS))
                .as(Files.readString(output))
                .isTrue();
        return process.exitValue();
    }

    @Test
    void the_apps_of_the_tree_are_found_from_any_folder() throws Exception {
        assertThat(checked(true))
                .as(Files.readString(elsewhere.resolve("output")))
                .isZero();
    }

    @Test
    void without_a_tree_they_are_looked_for_in_the_current_folder() throws Exception {
        assertThat(checked(false)).isEqualTo(1);
        assertThat(Files.readString(elsewhere.resolve("output"))).contains("apps");
    }
}
