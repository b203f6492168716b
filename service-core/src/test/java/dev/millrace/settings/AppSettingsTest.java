package dev.millrace.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.json.Json;
import dev.millrace.task.RetryPolicy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AppSettingsTest {
    @TempDir
    Path folder;

    private AppSettings read(String toml) {
        return AppSettings.read(file(toml.getBytes(StandardCharsets.UTF_8)));
    }

    private Path file(byte[] content) {
        try {
            return Files.write(folder.resolve("app_settings.toml"), content);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private SettingsException refused(String toml) {
        return catchThrowableOfType(SettingsException.class, () -> read(toml).service());
    }

    @Test
    void an_empty_file_says_nothing() {
        AppSettings empty = read("");
        assertThat(empty.service()).isEqualTo(ServiceSettings.defaults());
        assertThat(empty.options()).isEqualTo(ServeOptions.defaults());
        assertThat(empty.clusterEnabled()).isEmpty();
    }

    @Test
    void tables_of_the_app_itself_are_not_read() {
        assertThat(read("top = nan\n[args]\nx = inf\n[pages]\ny = 1").service()).isEqualTo(ServiceSettings.defaults());
    }

    @Test
    void a_call_wins_over_the_file_and_the_file_over_the_defaults() {
        AppSettings app = read("[service]\nslots = 2\npoll_interval = 3\n[cluster]\nverbose = 1");
        ServiceSettings settings =
                app.resolve(ServeOptions.defaults().withSlots(4).withStopTimeout(WaitLimit.none()));
        assertThat(settings.worker().slots()).isEqualTo(4);
        assertThat(settings.timing().pollInterval()).isEqualTo(Duration.ofSeconds(3));
        assertThat(settings.timing().heartbeatTimeout()).isEqualTo(Duration.ofSeconds(12));
        assertThat(settings.timing().stopTimeout()).isEqualTo(WaitLimit.none());
        assertThat(settings.cluster().verbose()).isEqualTo(1);
        assertThat(app.service().worker().slots()).isEqualTo(2);
    }

    @Test
    void the_whole_of_a_service_can_stand_in_the_file() {
        ServiceSettings settings = read("""
                        [cluster]
                        scheduler = "h:8786"
                        pool = 1
                        rapids = true
                        cython = "0"
                        [cluster.workers]
                        "z.lan" = 2
                        "10.0.0.7" = 1
                        [service]
                        default_kind = "resize"
                        stop_timeout = "none"
                        env = ["API_KEY"]
                        java_options = ["-Xmx1g"]
                        shared = true
                        task_timeout = 1.5
                        [service.handlers]
                        resize = "com.example.Resize"
                        "a.b" = "com.example.Outer$Inner"
                        [service.args]
                        width = 640
                        when = 2026-01-02
                        deep = { list = [1, 2.5, "x", true] }
                        _agi_service_mode = true
                        """).service();
        assertThat(settings.cluster().workers().keySet()).containsExactly("z.lan", "10.0.0.7");
        assertThat(settings.cluster().scheduler()).contains("h:8786");
        assertThat(settings.cluster().mode()).isEqualTo(1 + 4 + 8);
        assertThat(settings.cluster().rapidsEnabled()).isTrue();
        assertThat(settings.tasks().handlers())
                .containsOnly(Map.entry("resize", "com.example.Resize"), Map.entry("a.b", "com.example.Outer$Inner"));
        assertThat(settings.tasks().args().toString())
                .isEqualTo("{\"width\":640,\"when\":\"2026-01-02\",\"deep\":{\"list\":[1,2.5,\"x\",true]}}");
        assertThat(settings.timing().stopTimeout().isBounded()).isFalse();
        assertThat(settings.storage().shared()).isTrue();
        assertThat(settings.tasks().taskTimeout()).contains(Duration.ofMillis(1_500));
        assertThat(ServiceSettings.fromJson(settings.toJson())).isEqualTo(settings);
    }

    @Test
    void an_unknown_key_is_told_with_file_line_and_the_nearest_known_one() {
        SettingsException e = refused("# a comment\n[service]\nslots = 1\npol_interval = 1\n");
        assertThat(e)
                .hasMessage(folder.resolve("app_settings.toml")
                        + ":4: service.pol_interval is not a known setting; did you mean 'poll_interval'?");
        assertThat(e.line()).isEqualTo(4);
        assertThat(e.key()).isEqualTo("service.pol_interval");
        assertThat(e.file()).contains(folder.resolve("app_settings.toml"));
        assertThat(refused("[cluster.service_health]\nmax_unhealth = 1"))
                .hasMessageContaining(":2: cluster.service_health.max_unhealth")
                .hasMessageContaining("did you mean 'max_unhealthy'?");
    }

    @Test
    void an_unknown_key_deep_inside_is_told_with_its_line_and_the_nearest_known_one() {
        assertThat(refused("[service]\nslots = 1\n[service.kinds.mail]\nmax_atempts = 3"))
                .hasMessageContaining(":4: service.kinds.mail.max_atempts is not a known setting")
                .hasMessageContaining("did you mean 'max_attempts'?");
        assertThat(refused("[service.kinds.mail.retry]\nbase = 1\njiter = 0.5"))
                .hasMessageContaining(":3: service.kinds.mail.retry.jiter is not")
                .hasMessageContaining("did you mean 'jitter'?");
    }

    @Test
    void what_is_said_of_a_kind_is_read() {
        KindSettings mail =
                Objects.requireNonNull(read("""
                        [service.kinds.mail]
                        max_attempts = 8
                        timeout_sec = 30
                        retry = { strategy = "fixed", base = 2, jitter = "none" }
                        """).service().tasks().kinds().get("mail"));
        assertThat(mail.attempts().mostAttempts()).isEqualTo(8);
        assertThat(mail.attempts().policy().strategy()).isEqualTo(RetryPolicy.Strategy.FIXED);
        assertThat(mail.attempts().timeout()).contains(Duration.ofSeconds(30));
    }

    @Test
    void what_only_a_call_can_give_is_unknown_in_the_file() {
        assertThat(refused("[service]\nforce = true")).hasMessageContaining("not a known setting");
        assertThat(refused("[service]\nmode = 4")).hasMessageContaining("not a known setting");
    }

    @Test
    void what_agilab_keeps_in_cluster_is_only_warned_of() {
        AppSettings app = read("[cluster]\nscheduler = 5\nuser = \"me\"\ncluster_enabled = \"yes\"\nverbose = 1");
        assertThat(app.warnings()).hasSize(3);
        assertThat(app.warnings().toString())
                .contains(":2: cluster.scheduler must be text")
                .contains(":3: cluster.user is not used")
                .contains(":4: cluster.cluster_enabled must be true or false, not \"yes\"");
        assertThat(app.service().cluster().scheduler()).isEmpty();
        assertThat(read("[cluster]\ncluster_enabled = false").clusterEnabled()).contains(false);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[service]; slots = 0               | 2 | service.slots             | a whole number from 1 to 1024, not 0",
                "[service]; slots = \"4\"           | 2 | service.slots             | a whole number from 1 to 1024, not \"4\"",
                "[service]; poll_interval = nan     | 2 | service.poll_interval     | a number of seconds up to 1e9, not NaN",
                "[service]; stop_timeout = inf      | 2 | service.stop_timeout      | not Infinity",
                "[service]; stop_timeout = -1       | 2 | service.stop_timeout      | a number of seconds from 0 to 1e9, or \"none\"",
                "[service]; heartbeat_timeout = -inf| 2 | service.heartbeat_timeout | not -Infinity",
                "[service]; start_timeout = true    | 2 | service.start_timeout     | not true",
                "[service]; shutdown_on_stop = 1    | 2 | service.shutdown_on_stop  | true or false, not 1",
                "[service]; launcher = \"thread\"   | 2 | service.launcher          | \"process\" or \"in-process\"",
                "[service]; durability = \"none\"   | 2 | service.durability        | \"fsync\" or \"os\"",
                "[service]; cleanup_done_max_files = 1.5 | 2 | service.cleanup_done_max_files | a whole number",
                "[service]; env = [\"A=B\"]         | 2 | service.env               | names of environment variables",
                "[service]; classpath = \"lib\"     | 2 | service.classpath         | a list of texts",
                "[service]; default_kind = \" \"    | 2 | service.default_kind      | text that is not blank",
                "[service.retry]; strategy = \"linear\" | 2 | service.retry.strategy | \"none\", \"fixed\" or \"exponential\", not",
                "[service.retry]; cap = -1          | 2 | service.retry.cap         | from 0 to 1e9, not -1",
                "[service]; retry = 3               | 2 | service.retry             | a table of strategy, base",
                "[service]; max_attempts = 0        | 2 | service.max_attempts      | from 1 to 999999, not 0",
                "[service.kinds]; mail = 3          | 2 | service.kinds.mail        | a table of max_attempts",
                "[service.kinds.mail]; retry = { base = \"5s\" } | 2 | service.kinds.mail.retry.base | from 0 to 1e9, not \"5s\"",
                "[service.kinds.mail]; timeout_sec = 0 | 2 | service.kinds.mail.timeout_sec | from 0.001 to 1e9, not 0",
                "[service.kinds.mail]; max_running = -1 | 2 | service.kinds.mail.max_running | from 1 to 100000, not -1",
                "[service.kinds.mail]; max_running = 0 | 2 | service.kinds.mail.max_running | from 1 to 100000, not 0",
                "[service.kinds.mail]; max_running = 100001 | 2 | service.kinds.mail.max_running | not 100001",
                "[service.kinds.mail]; max_running = 1.5 | 2 | service.kinds.mail.max_running | a whole number",
                "[service.kinds.mail]; max_running_per_key = -2 | 2 | service.kinds.mail.max_running_per_key | from 1 to 100000, not -2",
                "[service.kinds.mail]; max_running_per_key = 1e9 | 2 | service.kinds.mail.max_running_per_key | from 1 to 100000",
                "[service.kinds.mail]; rate = \"-1/s\"  | 2 | service.kinds.mail.rate | not \"-1/s\"",
                "[service.kinds.mail]; rate = \"0/s\"   | 2 | service.kinds.mail.rate | not \"0/s\"",
                "[service.kinds.mail]; circuit_breaker = 3 | 2 | service.kinds.mail.circuit_breaker | a table",
                "[service.kinds.mail]; circuit_breaker = { failures = 0 } | 2 | service.kinds.mail.circuit_breaker.failures | not 0",
                "[service.kinds.mail]; circuit_breaker = { failures = -3 } | 2 | service.kinds.mail.circuit_breaker.failures | not -3",
                "[service.kinds.mail]; circuit_breaker = { probe_after = -1 } | 2 | service.kinds.mail.circuit_breaker.probe_after | not -1",
                "[service.kinds.mail]; circuit_breaker = { probe_cap = 1e12 } | 2 | service.kinds.mail.circuit_breaker.probe_cap | to a day",
                "[service.handlers]; a = \"x.Y\"; b = \"not a class\" | 3 | service.handlers.b | name of a handler's class",
                "[service.args]; a = 1; b = nan     | 3 | service.args.b            | finite numbers",
                "[cluster.workers]; a = 1; b = 2.5  | 3 | cluster.workers.b         | from 0 to 1024",
                "[cluster.workers]; \"-x\" = 1      | 2 | cluster.workers.-x        | a table of hosts",
                "[cluster]; workers = 3             | 2 | cluster.workers           | a table of hosts",
                "[cluster]; verbose = 4             | 2 | cluster.verbose           | from 0 to 3, not 4",
                "[cluster]; pool = \"x\"            | 2 | cluster.pool              | true, false or a whole number",
                "[cluster]; cython = nan            | 2 | cluster.cython            | not NaN",
                "[cluster]; service_health = 1      | 2 | cluster.service_health    | must be a table",
                "cluster = 1                        | 1 | cluster                   | must be a table",
                "service = []                       | 1 | service                   | must be a table",
            })
    void a_wrong_value_is_told_with_file_line_key_value_and_what_is_right(
            String toml, int line, String key, String says) {
        SettingsException e = refused(toml.replace("; ", "\n"));
        assertThat(e.line()).isEqualTo(line);
        assertThat(e.key()).isEqualTo(key);
        assertThat(e)
                .hasMessageContaining("app_settings.toml:" + line + ": " + key + " must be")
                .hasMessageContaining(says);
    }

    @Test
    void settings_that_do_not_fit_together_are_told_with_the_file() {
        assertThat(refused("[service]\nheartbeat_timeout = 1\nheartbeat_interval = 0.9"))
                .hasMessageContaining("app_settings.toml: heartbeat_timeout is 1.0 s")
                .hasMessageContaining("heartbeat_interval, 0.9 s");
    }

    @Test
    void text_that_is_no_toml_is_told_with_its_line() {
        SettingsException e = refused("[service]\nslots = = 1\n");
        assertThat(e.line()).isEqualTo(2);
        assertThat(e).hasMessageContaining("is not TOML");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[I#\u0010", "[[[[", "a = ", "\u0000", "= 1", "[service]\n[service]", "a.b = 1\na = 2"})
    void no_malformed_text_gets_past_or_breaks_out(String toml) {
        assertThat(refused(toml)).isNotNull();
    }

    @Test
    void brackets_without_end_do_not_overflow_the_stack() {
        assertThat(refused("a = " + "[".repeat(200_000))).hasMessageContaining("is not TOML");
        assertThat(refused("[service.args]\n" + "a.".repeat(5_000) + "a = 1")).isNotNull();
    }

    @Test
    void files_that_are_missing_foreign_or_huge_are_told_apart() {
        assertThatThrownBy(() -> AppSettings.read(folder.resolve("none.toml")))
                .hasMessageEndingWith("none.toml: is not there");
        assertThatThrownBy(() -> AppSettings.read(file(new byte[] {(byte) 0xC3, 0x28})))
                .hasMessageContaining("is not UTF-8");
        assertThatThrownBy(() -> AppSettings.read(file(new byte[(1 << 20) + 1])))
                .hasMessageContaining("larger than 1 MiB");
        assertThatThrownBy(() -> AppSettings.read(folder)).isInstanceOf(SettingsException.class);
    }

    @Test
    void a_link_is_followed_and_a_pipe_or_a_device_is_refused_without_waiting() throws Exception {
        Path written = Files.writeString(folder.resolve("written.toml"), "[service]\nslots = 7");
        Path link = Files.createSymbolicLink(folder.resolve("link.toml"), written);
        assertThat(AppSettings.read(link).service().worker().slots()).isEqualTo(7);

        Path pipe = folder.resolve("pipe.toml");
        assumeTrue(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0, "no mkfifo here");
        for (Path odd : List.of(pipe, Path.of("/dev/zero")))
            assertTimeoutPreemptively(
                    Duration.ofSeconds(20),
                    () -> assertThatThrownBy(() -> AppSettings.read(odd))
                            .isInstanceOf(SettingsException.class)
                            .hasMessageContaining("not a regular file"));
    }

    @Test
    void an_app_without_a_file_has_the_defaults() throws IOException {
        Path app = Files.createDirectories(folder.resolve("apps/mycode"));
        AppEnv env = AppEnv.at(app);
        assertThat(env.settings()).isEqualTo(AppSettings.defaults());
        Files.writeString(app.resolve("app_settings.toml"), "[service]\nslots = 7");
        assertThat(env.settings().service().worker().slots()).isEqualTo(7);
    }

    @Test
    void args_of_the_file_equal_those_of_a_call() {
        assertThat(read("[service.args]\na = 1").options())
                .isEqualTo(ServeOptions.defaults().withArgs(Json.object().put("a", 1L)));
    }
}
