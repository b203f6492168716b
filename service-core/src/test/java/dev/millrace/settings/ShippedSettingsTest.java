package dev.millrace.settings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.health.GateThresholds;
import dev.millrace.storage.Durability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds the files in settings/ and the reference to what the code knows. */
class ShippedSettingsTest {
    private static final Path ROOT = Path.of("..");
    private static final Path DEFAULTS = ROOT.resolve("settings/defaults.toml");
    private static final Path PROFILES = ROOT.resolve("settings/profiles");
    private static final Pattern LINE = Pattern.compile("(# )?(\"[^\"]+\"|[a-z0-9_]+) = .+");
    private static final Pattern TABLE = Pattern.compile("\\[([a-z0-9_.]+)]");
    private static final Pattern ROW = Pattern.compile("\\| ([a-z_.]+) \\| `([a-z0-9_]+)` \\|.*");

    @TempDir
    Path folder;

    private static Stream<String> at(String table, Stream<String> names) {
        return names.map(name -> table + "." + name);
    }

    /** Every key that can stand in TOML. */
    private static Stream<String> known() {
        return Stream.of(
                        at("service", SettingKey.namesAt(SettingKey.Home.SERVICE).stream()),
                        at(
                                "cluster",
                                SettingsTables.clusterNames().stream().filter(name -> !name.equals("service_health"))),
                        at("cluster.service_health", GateKeys.RULES.keySet().stream()))
                .flatMap(names -> names);
    }

    @Test
    void the_shipped_defaults_are_the_defaults() {
        AppSettings shipped = AppSettings.read(DEFAULTS);
        assertThat(shipped.service()).isEqualTo(ServiceSettings.defaults());
        assertThat(shipped.gate()).isEqualTo(GateThresholds.defaults());
        assertThat(shipped.warnings()).isEmpty();
    }

    @Test
    void the_shipped_defaults_show_every_key_once_under_a_comment() throws IOException {
        List<String> shown = new ArrayList<>();
        String table = "";
        String before = "";
        for (String line : Files.readAllLines(DEFAULTS)) {
            Matcher header = TABLE.matcher(line);
            Matcher key = LINE.matcher(line);
            if (header.matches()) table = header.group(1);
            if (header.matches() && !SettingKey.namesAt(SettingKey.Home.CALL).contains(table)) shown.add(table);
            if (key.matches() && !table.equals("cluster.workers")) {
                shown.add(table + "." + key.group(2));
                assertThat(before).as("the line above '%s'", line).startsWith("# ");
            }
            before = line;
        }
        shown.removeAll(List.of("service", "cluster", "cluster.service_health"));
        assertThat(shown).containsExactlyInAnyOrderElementsOf(known().toList());
    }

    @Test
    void what_the_shipped_defaults_show_as_unset_can_be_set_like_that() throws IOException {
        String all = Files.readString(DEFAULTS).replaceAll("(?m)^# ([a-z0-9_]+ = )", "$1");
        Path file = Files.writeString(folder.resolve("all.toml"), all);
        AppSettings everything = AppSettings.read(file);
        assertThat(everything.service().timing())
                .isEqualTo(ServiceSettings.defaults().timing());
        assertThat(everything.service().tasks().taskTimeout()).contains(Duration.ofMinutes(10));
        assertThat(everything.gate().maxPending()).hasValue(10_000);
    }

    @Test
    void the_reference_has_a_row_for_every_key_and_no_other() throws IOException {
        List<String> rows = Files.readAllLines(ROOT.resolve("docs/reference/settings.md")).stream()
                .map(ROW::matcher)
                .filter(Matcher::matches)
                .map(row -> row.group(1) + "." + row.group(2))
                .toList();
        List<String> all = Stream.concat(known(), at("call", SettingKey.namesAt(SettingKey.Home.CALL).stream()))
                .toList();
        assertThat(rows).containsExactlyInAnyOrderElementsOf(all);
    }

    @Test
    void the_reference_says_what_a_call_cannot_give() throws IOException {
        String text = Files.readString(ROOT.resolve("docs/reference/settings.md"));
        String list = text.substring(text.indexOf("of `[service]` all but"), text.indexOf("## Where"));
        List<String> named = Pattern.compile("`([a-z_]+)`")
                .matcher(list)
                .results()
                .map(found -> found.group(1))
                .toList();
        List<String> appOnly = SettingKey.namesAt(SettingKey.Home.SERVICE).stream()
                .filter(name -> !SettingKey.optionNames().contains(name))
                .toList();
        assertThat(named).containsExactlyInAnyOrderElementsOf(appOnly);
    }

    @Test
    void development_runs_in_the_caller_and_forces_nothing() {
        AppSettings profile = AppSettings.read(PROFILES.resolve("development.toml"));
        ServiceSettings settings = profile.service();
        assertThat(settings.worker().launcher()).isEqualTo(Launcher.IN_PROCESS);
        assertThat(settings.storage().durability()).isEqualTo(Durability.OS);
        assertThat(settings.timing())
                .isEqualTo(new TimingSettings(
                        Duration.ofMillis(200),
                        Duration.ofSeconds(5),
                        WaitLimit.of(Duration.ofSeconds(5)),
                        true,
                        Duration.ofSeconds(2),
                        Duration.ofMillis(500)));
        assertThat(settings.tasks().taskTimeout()).contains(Duration.ofMinutes(1));
        assertThat(settings.cluster().verbose()).isEqualTo(2);
        assertThat(profile.gate()).isEqualTo(GateThresholds.defaults().withAllowIdle(true));
    }

    @Test
    void production_forces_every_write_and_watches_failures_and_waiting() {
        AppSettings profile = AppSettings.read(PROFILES.resolve("production.toml"));
        ServiceSettings settings = profile.service();
        assertThat(settings.worker().launcher()).isEqualTo(Launcher.PROCESS);
        assertThat(settings.worker().slots()).isEqualTo(4);
        assertThat(settings.storage().durability()).isEqualTo(Durability.FSYNC);
        assertThat(settings.timing().heartbeatTimeout()).isEqualTo(Duration.ofSeconds(15));
        assertThat(settings.timing().stopTimeout()).isEqualTo(WaitLimit.of(Duration.ofMinutes(2)));
        assertThat(settings.tasks().taskTimeout()).contains(Duration.ofHours(1));
        assertThat(settings.retention().failed()).isEqualTo(new RetentionSettings.Keep(Duration.ofDays(30), 100_000));
        assertThat(profile.gate())
                .isEqualTo(GateThresholds.defaults()
                        .withMaxOldestPending(Duration.ofMinutes(5))
                        .withMaxFailureRate(0.05));
    }

    @Test
    void low_latency_has_many_slots_and_watches_the_time_to_start() {
        AppSettings profile = AppSettings.read(PROFILES.resolve("low-latency.toml"));
        ServiceSettings settings = profile.service();
        assertThat(settings.worker().slots()).isEqualTo(64);
        assertThat(settings.worker().javaOptions()).containsExactly("-XX:+UseParallelGC");
        assertThat(settings.timing().pollInterval()).isEqualTo(Duration.ofMillis(50));
        assertThat(settings.timing().heartbeatTimeout()).isEqualTo(Duration.ofSeconds(2));
        assertThat(settings.timing().heartbeatInterval()).isEqualTo(Duration.ofMillis(250));
        assertThat(settings.tasks().taskTimeout()).contains(Duration.ofSeconds(10));
        assertThat(profile.gate())
                .isEqualTo(GateThresholds.defaults()
                        .withMaxStartLatencyP95(Duration.ofMillis(50))
                        .withMaxPending(10_000));
    }

    @Test
    void no_profile_is_shipped_without_being_pinned_here() throws IOException {
        try (Stream<Path> files = Files.list(PROFILES)) {
            assertThat(files.map(file -> String.valueOf(file.getFileName())))
                    .containsExactlyInAnyOrder("development.toml", "production.toml", "low-latency.toml");
        }
    }
}
