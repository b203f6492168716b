package dev.millrace.healthcheck;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GateSettingsTest {
    @TempDir
    private Path apps;

    @BeforeEach
    void makeApp() throws IOException {
        Files.createDirectory(apps.resolve("mycode_project"));
    }

    private void settings(String toml) throws IOException {
        Files.writeString(apps.resolve("mycode_project/app_settings.toml"), toml);
    }

    private Run run(HealthSource source, String... more) {
        String[] args = new String[more.length + 2];
        args[0] = "--apps-path";
        args[1] = apps.toString();
        System.arraycopy(more, 0, args, 2, more.length);
        return Run.of(GateSettings.ofApp(), source, args);
    }

    @Test
    void the_settings_of_the_app_are_read() throws IOException {
        settings("[cluster.service_health]\nallow_idle = true\n");
        assertThat(run(Run.service("idle", 0, 0, 0)).code()).isZero();
    }

    @Test
    void a_flag_wins_over_the_settings_of_the_app() throws IOException {
        settings("[cluster.service_health]\nallow_idle = true\nmax_unhealthy = 3\n");
        assertThat(run(Run.service("idle", 0, 0, 0), "--no-allow-idle").code()).isEqualTo(4);
        assertThat(run(Run.service("running", 1, 0, 2)).code()).isZero();
        assertThat(run(Run.service("running", 1, 0, 2), "--max-unhealthy", "1").code())
                .isEqualTo(2);
    }

    @Test
    void an_app_without_settings_has_the_defaults() {
        assertThat(run(Run.service("running", 4, 1, 0)).code()).isZero();
        assertThat(run(Run.service("running", 4, 2, 0)).code()).isEqualTo(5);
    }

    @Test
    void a_threshold_that_is_no_number_exits_1_and_names_file_and_key() throws IOException {
        settings("[cluster.service_health]\nmax_restart_rate = nan\n");
        Run run = run(Run.service("running", 1, 0, 0));
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.err())
                .startsWith("[service_health_check] ERROR: ")
                .contains("app_settings.toml", "max_restart_rate");
    }

    @Test
    void an_app_that_is_not_there_exits_1_and_says_what_is() {
        Run run = run(Run.service("running", 1, 0, 0), "--app", "mycod");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("'mycod' is not there", "did you mean 'mycode'?");
    }

    @Test
    void a_relative_share_is_below_the_current_folder() throws BadCommandLineException {
        CheckOptions options = new CommandLineReader()
                .read(List.of("--app", "mycode", "--apps-path", apps.toString(), "--share", "here"))
                .orElseThrow();
        assertThat(options.request().env().share()).isEqualTo(Path.of("here").toAbsolutePath());
    }
}
