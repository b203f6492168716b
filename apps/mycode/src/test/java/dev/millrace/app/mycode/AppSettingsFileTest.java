package dev.millrace.app.mycode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.health.GateThresholds;
import dev.millrace.settings.AppEnv;
import dev.millrace.settings.AppSettings;
import dev.millrace.settings.ServiceSettings;
import dev.millrace.worker.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The app's own settings, which are the model for those of others, read as a start of the service reads them. */
class AppSettingsFileTest {
    private static final Path FILE = Path.of("app_settings.toml");

    @TempDir
    Path folder;

    @Test
    void the_service_finds_them_and_reads_them_without_a_warning() {
        AppEnv env = AppEnv.find(
                Path.of("..").toAbsolutePath().normalize(),
                "mycode",
                new AppEnv.Environment(Map.of(), folder, Optional.empty()));
        assertThat(env.settingsFile()).contains(FILE.toAbsolutePath());
        AppSettings read = AppSettings.read(FILE);
        assertThat(read.warnings()).isEmpty();
        assertThat(read.gate()).isEqualTo(GateThresholds.defaults());
    }

    @Test
    void they_say_what_the_demo_and_the_pages_tell_of_the_app() {
        ServiceSettings service = AppSettings.read(FILE).service();
        assertThat(service.cluster().workers()).containsExactly(Map.entry("127.0.0.1", 2));
        assertThat(service.worker().slots()).isEqualTo(2);
        assertThat(service.worker().javaOptions()).containsExactly("-Xmx256m");
        assertThat(service.tasks().defaultKind())
                .contains(ProfileCsv.class.getAnnotation(Kind.class).value());
        assertThat(service.tasks().args().toString()).isEqualTo("{\"top\":5}");
        assertThat(service.timing().heartbeatTimeout()).isEqualTo(Duration.ofSeconds(5));
    }

    /** The page says that taking the "#" away sets a key. */
    @Test
    void what_they_show_behind_a_comment_sign_can_be_set_like_that() throws IOException {
        String shown = Files.readString(FILE);
        String all = shown.replaceAll("(?m)^# ([a-z][a-z0-9_-]* = [\"\\[0-9tf])", "$1");
        assertThat(all.lines().filter(line -> line.startsWith("#")).count())
                .isLessThan(shown.lines().filter(line -> line.startsWith("#")).count() - 5);
        AppSettings read = AppSettings.read(Files.writeString(folder.resolve("all.toml"), all));
        assertThat(read.warnings()).isEmpty();
        assertThat(read.service().tasks().handlers()).containsEntry("profile-csv", ProfileCsv.class.getName());
        assertThat(read.service().worker().env()).containsExactly("TZ", "LANG");
        assertThat(read.gate()).isNotEqualTo(GateThresholds.defaults());
    }
}
