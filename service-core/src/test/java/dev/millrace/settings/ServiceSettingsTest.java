package dev.millrace.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.json.MalformedJsonException;
import dev.millrace.queue.PayloadLimits;
import dev.millrace.storage.Durability;
import dev.millrace.task.AttemptRules;
import dev.millrace.task.KindLimits;
import dev.millrace.task.Rate;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ServiceSettingsTest {
    private static final ServeOptions NONE = ServeOptions.defaults();

    private static ServiceSettings resolved(ServeOptions given) {
        return AppSettings.defaults().resolve(given);
    }

    @Test
    void the_defaults_are_those_of_the_contract() {
        ServiceSettings usual = ServiceSettings.defaults();
        assertThat(usual.cluster().workers()).containsExactly(Map.entry("127.0.0.1", 1));
        assertThat(usual.cluster().mode()).isEqualTo(4);
        assertThat(usual.timing().pollInterval()).isEqualTo(Duration.ofSeconds(1));
        assertThat(usual.timing().stopTimeout()).isEqualTo(WaitLimit.of(Duration.ofSeconds(30)));
        assertThat(usual.timing().startTimeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(usual.timing().shutdownOnStop()).isTrue();
        assertThat(usual.timing().heartbeatTimeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(usual.timing().heartbeatInterval()).isEqualTo(Duration.ofSeconds(1));
        assertThat(usual.retention())
                .isEqualTo(new RetentionSettings(
                        new RetentionSettings.Keep(Duration.ofDays(7), 2_000),
                        new RetentionSettings.Keep(Duration.ofDays(14), 2_000),
                        new RetentionSettings.Keep(Duration.ofDays(7), 2_000),
                        new RetentionSettings.Keep(Duration.ofDays(1), 1_000)));
        assertThat(usual.storage().durability()).isEqualTo(Durability.FSYNC);
        assertThat(usual.storage().shared()).isFalse();
        assertThat(usual.storage().queueDir()).isEmpty();
        assertThat(usual.worker().launcher()).isEqualTo(Launcher.PROCESS);
        assertThat(usual.worker().slots()).isEqualTo(1);
        assertThat(usual.worker().classpath())
                .containsExactly("lib/*.jar", "target/*.jar", "target/lib/*.jar", "target/classes");
        assertThat(usual.tasks().maxRescues()).isEqualTo(5);
        assertThat(usual.tasks().resultLimitBytes()).isEqualTo(786_432);
        assertThat(usual.payloadLimits()).isEqualTo(PayloadLimits.defaults());
        assertThat(usual.tasks().taskTimeout()).isEmpty();
        assertThat(usual.tasks().attempts()).isEqualTo(AttemptRules.NONE);
        assertThat(usual.tasks().kinds()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"0.5, 5.0, 1.0", "1.0, 5.0, 1.0", "2.0, 8.0, 1.0", "0, 5.0, 1.0"})
    void the_heartbeat_follows_the_poll_when_it_is_not_given(double poll, double timeout, double interval) {
        TimingSettings timing = resolved(NONE.with("poll_interval", poll)).timing();
        assertThat(timing.heartbeatTimeout()).isEqualTo(Values.toDuration(timeout));
        assertThat(timing.heartbeatInterval()).isEqualTo(Values.toDuration(interval));
    }

    @Test
    void the_interval_follows_a_short_timeout() {
        TimingSettings timing =
                resolved(NONE.withHeartbeatTimeout(Duration.ofMillis(100))).timing();
        assertThat(timing.heartbeatInterval()).isEqualTo(Duration.ofMillis(25));
    }

    @Test
    void a_timeout_shorter_than_two_beats_is_refused_and_both_keys_are_named() {
        ObjectNode json = Json.object().put("heartbeat_interval", 1.0).put("heartbeat_timeout", 1.9);
        assertThatThrownBy(() -> ServiceSettings.fromJson(json))
                .isInstanceOf(SettingsException.class)
                .hasMessageStartingWith("heartbeat_timeout")
                .hasMessageContaining("heartbeat_interval")
                .hasMessageContaining("1.9");
        assertThat(ServiceSettings.fromJson(json.put("heartbeat_timeout", 2.0))
                        .timing()
                        .heartbeatTimeout())
                .isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void no_limit_of_files_is_zero_as_no_limit_of_age_is() {
        RetentionSettings kept = resolved(NONE.withCleanupDoneMaxFiles(0).withCleanupDoneTtl(Duration.ZERO))
                .retention();
        assertThat(kept.done().limitsCount()).isFalse();
        assertThat(kept.done().limitsAge()).isFalse();
        assertThat(kept.failed().limitsCount()).isTrue();
        assertThat(kept.failed().limitsAge()).isTrue();
    }

    @Test
    void cancelled_tasks_are_kept_as_done_ones_unless_somebody_says_otherwise() {
        ServeOptions done = NONE.withCleanupDoneTtl(Duration.ofHours(1)).withCleanupDoneMaxFiles(5);
        assertThat(resolved(done).retention().cancelled())
                .isEqualTo(new RetentionSettings.Keep(Duration.ofHours(1), 5));
        assertThat(resolved(done.withCleanupCancelledTtl(Duration.ZERO))
                        .retention()
                        .cancelled())
                .isEqualTo(new RetentionSettings.Keep(Duration.ZERO, 5));
        assertThat(resolved(done.withCleanupCancelledMaxFiles(9)).retention().cancelled())
                .isEqualTo(new RetentionSettings.Keep(Duration.ofHours(1), 9));
        assertThat(resolved(done.withCleanupCancelledMaxFiles(9)).retention().done())
                .isEqualTo(new RetentionSettings.Keep(Duration.ofHours(1), 5));
    }

    @Test
    void a_record_that_says_nothing_of_cancelled_tasks_lets_them_follow_what_a_call_says_of_done_ones() {
        ObjectNode record = ServiceSettings.defaults().toJson();
        assertThat(record.has("cleanup_cancelled_ttl_sec")).isFalse();
        assertThat(record.has("cleanup_cancelled_max_files")).isFalse();
        record.put("cleanup_done_ttl_sec", 60.0).put("cleanup_done_max_files", 1);
        assertThat(ServiceSettings.fromJson(record).retention().cancelled())
                .isEqualTo(new RetentionSettings.Keep(Duration.ofMinutes(1), 1));
    }

    @Test
    void a_service_without_any_worker_is_refused() {
        assertThatThrownBy(() -> resolved(NONE.withWorkers(Map.of("a", 0))))
                .hasMessageStartingWith("workers must have");
        assertThat(resolved(NONE.with("workers", Map.of())).cluster().workerCount())
                .isEqualTo(1);
    }

    @Test
    void workers_get_the_clean_environment_and_what_the_app_lists() {
        WorkerSettings worker = ServiceSettings.fromJson(
                        Json.object().set("env", Json.tree(new String[] {"API_KEY", "PATH"})))
                .worker();
        assertThat(worker.passedVariables())
                .containsExactly(
                        "PATH",
                        "HOME",
                        "USER",
                        "LANG",
                        "LC_ALL",
                        "TZ",
                        "TMPDIR",
                        "JAVA_HOME",
                        "AGI_CLUSTER_SHARE",
                        "MILLRACE_SSH",
                        "API_KEY");
    }

    @Test
    void settings_survive_the_service_s_record() throws MalformedJsonException {
        ObjectNode all = Json.object()
                .put("scheduler", "h:1")
                .put("verbose", 3)
                .put("mode", 5)
                .put("rapids_enabled", true)
                .put("poll_interval", 0.123456)
                .put("start_timeout", 1.5)
                .put("shutdown_on_stop", false)
                .put("heartbeat_timeout", 0.7)
                .put("heartbeat_interval", 0.3)
                .put("service_queue_dir", "/q")
                .put("health_output_path", "h.json")
                .put("durability", "os")
                .put("shared", true)
                .put("launcher", "in-process")
                .put("slots", 9)
                .put("default_kind", "k")
                .put("task_timeout", 3.25)
                .put("task_soft_timeout", 2.5)
                .put("max_attempts", 4)
                .put("max_rescues", 0)
                .put("batch_limit", 7)
                .put("result_limit_bytes", 2_048)
                .put("payload_limit_bytes", 4_096)
                .put("payload_quota_bytes", 8_000_000_000L)
                .put("cleanup_done_ttl_sec", 1.0)
                .put("cleanup_failed_ttl_sec", 2.0)
                .put("cleanup_cancelled_ttl_sec", 7.0)
                .put("cleanup_heartbeat_ttl_sec", 3.0)
                .put("cleanup_done_max_files", 4)
                .put("cleanup_failed_max_files", 5)
                .put("cleanup_cancelled_max_files", 8)
                .put("cleanup_heartbeat_max_files", 6);
        all.putNull("stop_timeout");
        all.set("workers", Json.tree(Map.of("a", 2)));
        all.set("classpath", Json.tree(new String[] {"x"}));
        all.set("env", Json.tree(new String[] {"Y"}));
        all.set("java_options", Json.tree(new String[] {"-Xmx1g"}));
        all.set("retry", Json.tree(Map.of("strategy", "fixed", "base", 1.5)));
        all.set(
                "kinds",
                Json.tree(Map.of(
                        "k",
                        Map.of(
                                "max_attempts",
                                7,
                                "timeout_sec",
                                1.25,
                                "retry",
                                Map.of("cap", 9),
                                "max_running",
                                3,
                                "rate",
                                "5/s"))));
        all.set("serves", Json.tree(Map.of("a", new String[] {"k", "l"})));
        all.set("handlers", Json.tree(Map.of("k", "a.B")));
        all.set("recurring", Json.tree(Map.of("r", Map.of("cron", "@daily", "kind", "k", "zone", "Asia/Tokyo"))));
        all.set("args", Json.tree(Map.of("big", 12_345_678_901L, "small", 1L, "text", "\ud800")));
        ServiceSettings settings = ServiceSettings.fromJson(all);
        assertThat(settings.storage().queueDir()).contains(Path.of("/q"));
        assertThat(settings.timing().stopTimeout().isBounded()).isFalse();
        assertThat(settings.tasks().attempts().mostAttempts()).isEqualTo(4);
        assertThat(Objects.requireNonNull(settings.tasks().kinds().get("k"))
                        .attempts()
                        .timeout())
                .contains(Duration.ofMillis(1_250));
        KindLimits limits = settings.tasks().limits().of("");
        assertThat(limits.maxRunning()).hasValue(3);
        assertThat(limits.rate()).contains(new Rate(5, Duration.ofSeconds(1)));
        assertThat(limits.maxAttempts()).hasValue(7);
        assertThat(settings.tasks().limits().of("other").maxAttempts()).hasValue(4);
        assertThat(settings.tasks().servedBy("a:1", "a")).hasValue(Set.of("k", "l"));
        assertThat(settings.toJson().propertyStream().map(Map.Entry::getKey))
                .containsExactlyInAnyOrderElementsOf(
                        all.propertyStream().map(Map.Entry::getKey).toList());
        assertThat(ServiceSettings.fromJson(Json.parse(Json.bytes(settings.toJson()))))
                .isEqualTo(settings);
        assertThat(ServiceSettings.fromJson(ServiceSettings.defaults().toJson()))
                .isEqualTo(ServiceSettings.defaults());
    }

    @ParameterizedTest
    @EnumSource(SettingKey.class)
    void a_wrong_type_in_the_record_names_its_key(SettingKey key) {
        ObjectNode json = Json.object();
        json.putArray(key.key()).add(1).addArray();
        assertThatThrownBy(() -> ServiceSettings.fromJson(json))
                .isInstanceOfSatisfying(
                        SettingsException.class, e -> assertThat(e.key()).isEqualTo(key.key()))
                .hasMessageContaining("must be")
                .hasMessageContaining("not [1,[]]");
    }

    @Test
    void a_record_that_is_no_object_is_refused_and_a_key_of_another_version_is_skipped() {
        assertThatThrownBy(() -> ServiceSettings.fromJson(Json.tree(3))).isInstanceOf(SettingsException.class);
        assertThat(ServiceSettings.fromJson(Json.object().put("from_the_future", 1)))
                .isEqualTo(ServiceSettings.defaults());
    }

    @Test
    void args_that_json_cannot_hold_are_refused() {
        ObjectNode deep = Json.object();
        ObjectNode inner = deep;
        for (int i = 0; i < 5_000; i++) inner = inner.putObject("a");
        assertThatThrownBy(() -> NONE.withArgs(deep)).hasMessageStartingWith("args must be a table that JSON can hold");
        assertThatThrownBy(() -> NONE.withArgs(Map.of("a", new double[] {Double.NaN})))
                .hasMessageStartingWith("args must be");
    }
}
