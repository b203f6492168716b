package dev.millrace.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AppEnvTest {
    @TempDir
    Path folder;

    private Path apps;
    private Path home;
    private AppEnv.Environment plain;

    @BeforeEach
    void makeApps() throws IOException {
        apps = folder.resolve("apps");
        home = folder.resolve("home");
        Files.createDirectories(apps.resolve("mycode"));
        Files.createDirectories(apps.resolve("minimal_app_project"));
        plain = new AppEnv.Environment(Map.of(), home, Optional.empty());
    }

    @Test
    void an_app_is_found_with_and_without_its_suffix() {
        assertThat(AppEnv.find(apps, "mycode", plain).appFolder()).isEqualTo(apps.resolve("mycode"));
        AppEnv minimal = AppEnv.find(apps, "minimal_app", plain);
        assertThat(minimal.name()).isEqualTo("minimal_app_project");
        assertThat(minimal.target()).isEqualTo("minimal_app");
        assertThat(AppEnv.find(apps, "minimal_app_project", plain)).isEqualTo(minimal);
    }

    @Test
    void the_places_of_an_app_are_those_of_the_contract() {
        AppEnv env = AppEnv.find(apps, "minimal_app", plain);
        Path service = home.resolve(".millrace/service/minimal_app");
        assertThat(env.serviceFolder()).isEqualTo(service);
        assertThat(env.defaultQueueFolder()).isEqualTo(service.resolve("queue"));
        assertThat(env.healthFile()).isEqualTo(service.resolve("health.json"));
        assertThat(env.operatorSnapshotFile())
                .isEqualTo(home.resolve("log/execute/minimal_app/service_operator_snapshot.json"));
    }

    @Test
    void the_share_is_the_callers_then_the_variables_then_the_homes() {
        assertThat(AppEnv.find(apps, "mycode", plain).share()).isEqualTo(home.resolve(".millrace"));
        AppEnv.Environment shared =
                new AppEnv.Environment(Map.of("AGI_CLUSTER_SHARE", "/mnt/share"), home, Optional.empty());
        assertThat(AppEnv.find(apps, "mycode", shared).share()).isEqualTo(Path.of("/mnt/share"));
        assertThat(AppEnv.find(apps, "mycode", shared.withShare(Path.of("/other")))
                        .share())
                .isEqualTo(Path.of("/other"));
    }

    @Test
    void a_share_may_be_below_home_and_a_blank_variable_says_nothing() {
        assertThat(shareFor("~/s")).isEqualTo(home.resolve("s"));
        assertThat(shareFor("s")).isEqualTo(home.resolve("s"));
        assertThat(shareFor("~")).isEqualTo(home);
        assertThat(shareFor("  ")).isEqualTo(home.resolve(".millrace"));
    }

    private Path shareFor(String variable) {
        return AppEnv.find(
                        apps,
                        "mycode",
                        new AppEnv.Environment(Map.of("AGI_CLUSTER_SHARE", variable), home, Optional.empty()))
                .share();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "..", ".", "a/b", "a\\b", "/etc", "a..b", "a b", "é", "a\u0000", "_project"})
    void a_name_that_could_lead_elsewhere_is_refused_before_it_touches_a_path(String name) {
        assertThatThrownBy(() -> AppEnv.find(apps, name, plain))
                .isInstanceOf(SettingsException.class)
                .hasMessageStartingWith("app must be 1 to 100 of the letters");
    }

    @Test
    void a_missing_app_is_told_with_those_that_are_there_and_the_nearest() {
        assertThatThrownBy(() -> AppEnv.find(apps, "mycod", plain))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining(apps.toString())
                .hasMessageContaining("apps there: minimal_app, mycode; did you mean 'mycode'?");
    }

    @Test
    void a_missing_folder_of_apps_is_named() {
        assertThatThrownBy(() -> AppEnv.find(folder.resolve("nowhere"), "a", plain))
                .hasMessageContaining("nowhere")
                .hasMessageContaining("apps path");
        assertThatThrownBy(() -> AppEnv.at(folder.resolve("nowhere"), plain)).hasMessageContaining("must be a folder");
    }

    @Test
    void a_chosen_queue_may_be_absolute_or_below_home_or_below_the_app() {
        AppEnv env = AppEnv.at(apps.resolve("mycode"), plain);
        assertThat(env.queueFolder(Optional.empty())).isEqualTo(env.defaultQueueFolder());
        assertThat(env.queueFolder(Optional.of(Path.of("/q")))).isEqualTo(Path.of("/q"));
        assertThat(env.queueFolder(Optional.of(Path.of("~/q")))).isEqualTo(home.resolve("q"));
        assertThat(env.queueFolder(Optional.of(Path.of("q"))))
                .isEqualTo(env.appFolder().resolve("q"));
    }

    @Test
    void a_relative_health_file_stays_below_the_share() {
        AppEnv env = AppEnv.at(apps.resolve("mycode"), plain);
        assertThat(env.healthFile(Optional.of(Path.of("h/x.json"))))
                .isEqualTo(env.share().resolve("h/x.json"));
        assertThat(env.healthFile(Optional.of(Path.of("/tmp/x.json")))).isEqualTo(Path.of("/tmp/x.json"));
        assertThat(env.healthFile(Optional.of(Path.of("~/x.json")))).isEqualTo(home.resolve("x.json"));
        assertThatThrownBy(() -> env.healthFile(Optional.of(Path.of("../x.json"))))
                .hasMessageStartingWith("health_output_path must stay below the share");
    }

    @Test
    void settings_lie_in_the_app_or_in_its_sources() throws IOException {
        AppEnv env = AppEnv.at(apps.resolve("mycode"), plain);
        assertThat(env.settingsFile()).isEmpty();
        Path inSources = Files.createDirectories(env.appFolder().resolve("src")).resolve("app_settings.toml");
        Files.writeString(inSources, "");
        assertThat(env.settingsFile()).contains(inSources);
        Path inApp = Files.writeString(env.appFolder().resolve("app_settings.toml"), "");
        assertThat(env.settingsFile()).contains(inApp);
    }

    @Test
    void looking_at_an_app_creates_nothing() {
        AppEnv.find(apps, "mycode", plain).healthFile();
        assertThat(home).doesNotExist();
    }
}
