package dev.millrace.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.json.Json;
import dev.millrace.storage.Durability;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServeOptionsTest {
    private static final ServeOptions NONE = ServeOptions.defaults();

    @Test
    void defaults_give_nothing() {
        assertThat(NONE.given()).isEmpty();
        assertThat(NONE.pollInterval()).isEmpty();
        assertThat(NONE.stopTimeout()).isEmpty();
        assertThat(NONE.observe()).isFalse();
    }

    @Test
    void every_option_comes_back_as_it_was_given() {
        Map<String, Integer> workers = new LinkedHashMap<>();
        workers.put("z", 2);
        workers.put("a", 1);
        ServeOptions all = NONE.withScheduler("10.0.0.1:8786")
                .withWorkers(workers)
                .withVerbose(2)
                .withMode(7)
                .withRapidsEnabled(true)
                .withPollInterval(Duration.ofMillis(250))
                .withShutdownOnStop(false)
                .withStartTimeout(Duration.ofSeconds(3))
                .withStopTimeout(Duration.ofSeconds(4))
                .withServiceQueueDir(Path.of("q"))
                .withHeartbeatTimeout(Duration.ofSeconds(9))
                .withCleanupDoneTtl(Duration.ofHours(1))
                .withCleanupFailedTtl(Duration.ofHours(2))
                .withCleanupHeartbeatTtl(Duration.ofHours(3))
                .withCleanupDoneMaxFiles(1)
                .withCleanupFailedMaxFiles(2)
                .withCleanupHeartbeatMaxFiles(3)
                .withCleanupCancelledTtl(Duration.ofHours(4))
                .withCleanupCancelledMaxFiles(4)
                .withHealthOutputPath(Path.of("h.json"))
                .withArgs(Map.of("width", 640))
                .withSlots(8)
                .withLauncher(Launcher.IN_PROCESS)
                .withDurability(Durability.OS)
                .withObserve(true)
                .withForce(true)
                .withAbandon(List.of("lost-1", "lost-2"));
        assertThat(all.scheduler()).contains("10.0.0.1:8786");
        assertThat(all.workers().orElseThrow().keySet()).containsExactly("z", "a");
        assertThat(all.verbose()).contains(2);
        assertThat(all.mode()).contains(7);
        assertThat(all.rapidsEnabled()).contains(true);
        assertThat(all.pollInterval()).contains(Duration.ofMillis(250));
        assertThat(all.shutdownOnStop()).contains(false);
        assertThat(all.startTimeout()).contains(Duration.ofSeconds(3));
        assertThat(all.stopTimeout()).contains(WaitLimit.of(Duration.ofSeconds(4)));
        assertThat(all.serviceQueueDir()).contains(Path.of("q"));
        assertThat(all.heartbeatTimeout()).contains(Duration.ofSeconds(9));
        assertThat(all.cleanupDoneTtl()).contains(Duration.ofHours(1));
        assertThat(all.cleanupFailedTtl()).contains(Duration.ofHours(2));
        assertThat(all.cleanupHeartbeatTtl()).contains(Duration.ofHours(3));
        assertThat(all.cleanupDoneMaxFiles()).contains(1);
        assertThat(all.cleanupFailedMaxFiles()).contains(2);
        assertThat(all.cleanupHeartbeatMaxFiles()).contains(3);
        assertThat(all.cleanupCancelledTtl()).contains(Duration.ofHours(4));
        assertThat(all.cleanupCancelledMaxFiles()).contains(4);
        assertThat(all.healthOutputPath()).contains(Path.of("h.json"));
        assertThat(all.args()).contains(Json.object().put("width", 640));
        assertThat(all.slots()).contains(8);
        assertThat(all.launcher()).contains(Launcher.IN_PROCESS);
        assertThat(all.durability()).contains(Durability.OS);
        assertThat(all.observe()).isTrue();
        assertThat(all.force()).isTrue();
        assertThat(all.abandon()).containsExactly("lost-1", "lost-2");
        assertThat(all.given().propertyStream().map(Map.Entry::getKey))
                .containsExactlyInAnyOrderElementsOf(SettingKey.optionNames());
        assertThat(new ServeOptions(all.given())).isEqualTo(all);
    }

    @Test
    void what_is_given_here_wins_over_what_is_given_below() {
        ServeOptions lower = NONE.withSlots(2).withVerbose(1);
        ServeOptions merged = NONE.withSlots(4).orElse(lower);
        assertThat(merged.slots()).contains(4);
        assertThat(merged.verbose()).contains(1);
        assertThat(lower.slots()).contains(2);
    }

    @Test
    void a_stop_without_end_is_something_given_and_wins_too() {
        ServeOptions endless = NONE.withStopTimeout(WaitLimit.none());
        assertThat(endless.stopTimeout()).contains(WaitLimit.none());
        assertThat(endless.orElse(NONE.withStopTimeout(Duration.ofSeconds(1))).stopTimeout())
                .contains(WaitLimit.none());
        assertThat(new ServeOptions(endless.given())).isEqualTo(endless);
    }

    @Test
    void null_means_not_given_elsewhere() {
        ServeOptions options = NONE.withSlots(3).with("slots", null).with("poll_interval", null);
        assertThat(options).isEqualTo(NONE);
    }

    @Test
    void negative_poll_and_retention_count_as_zero_and_short_heartbeats_as_a_tenth() {
        assertThat(NONE.withPollInterval(Duration.ofSeconds(-1)).pollInterval()).contains(Duration.ZERO);
        assertThat(NONE.withCleanupDoneTtl(Duration.ofDays(-1)).cleanupDoneTtl())
                .contains(Duration.ZERO);
        assertThat(NONE.withCleanupFailedMaxFiles(-5).cleanupFailedMaxFiles()).contains(0);
        assertThat(NONE.withHeartbeatTimeout(Duration.ofMillis(1)).heartbeatTimeout())
                .contains(Duration.ofMillis(100));
    }

    @Test
    void private_args_are_dropped() {
        assertThat(NONE.withArgs(Map.of("_agi_service_mode", true, "a", 1)).args())
                .contains(Json.object().put("a", 1));
    }

    @Test
    void a_mode_may_be_spelled_in_letters_of_any_case() {
        assertThat(NONE.withMode("Dcr").mode()).contains(2 + 4 + 8);
        assertThat(NONE.withMode("p" + "D").mode()).contains(1 + 4);
        assertThat(NONE.withMode(63).mode()).contains(63);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "p", "dx", "4", " d"})
    void letters_without_dask_or_unknown_ones_are_refused(String letters) {
        assertThatThrownBy(() -> NONE.withMode(letters))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("mode must be")
                .hasMessageContaining("Dask");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 3, 59, 64, 68})
    void bits_without_dask_or_beyond_63_are_refused(int bits) {
        assertThatThrownBy(() -> NONE.withMode(bits)).isInstanceOf(SettingsException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "poll_interval",
                "stop_timeout",
                "start_timeout",
                "heartbeat_timeout",
                "cleanup_done_ttl_sec",
                "cleanup_failed_ttl_sec",
                "cleanup_cancelled_ttl_sec",
                "cleanup_heartbeat_ttl_sec"
            })
    void no_length_of_time_is_nan_or_infinite_or_text(String key) {
        for (Object wrong : new Object[] {Double.NaN, Double.POSITIVE_INFINITY, 1.1e9, "1.0", true})
            assertThatThrownBy(() -> NONE.with(key, wrong))
                    .isInstanceOfSatisfying(
                            SettingsException.class, e -> assertThat(e.key()).isEqualTo(key))
                    .hasMessageStartingWith(key + " must be a number of seconds")
                    .hasMessageContaining(String.valueOf(wrong));
    }

    @ParameterizedTest
    @ValueSource(strings = {"stop_timeout", "start_timeout", "heartbeat_timeout"})
    void no_timeout_is_negative(String key) {
        assertThatThrownBy(() -> NONE.with(key, -0.5))
                .hasMessageStartingWith(key)
                .hasMessageContaining("-0.5");
    }

    @Test
    void hosts_and_counts_are_checked() {
        assertThat(NONE.withWorkers(Map.of()).workers()).isEmpty();
        assertThat(NONE.withWorkers(Map.of("me@host-1.lan", 0)).workers()).isPresent();
        for (String host : new String[] {"", "-oProxyCommand=x", "a b", "a;b", "a/b"})
            assertThatThrownBy(() -> NONE.withWorkers(Map.of(host, 1)))
                    .hasMessageStartingWith("workers must be a table of hosts");
        for (Object count : new Object[] {-1, 1.5, 1025, "1", true})
            assertThatThrownBy(() -> NONE.with("workers", Map.of("a", count)))
                    .hasMessageStartingWith("workers must be");
        assertThatThrownBy(() -> NONE.with("workers", 3)).hasMessageStartingWith("workers must be");
    }

    @Test
    void an_unknown_option_is_named_with_the_nearest_known_one() {
        assertThatThrownBy(() -> NONE.with("poll_intervall", 1))
                .hasMessage("poll_intervall is not a known setting; did you mean 'poll_interval'?");
        assertThatThrownBy(() -> NONE.with("max_rescues", 1)).hasMessageContaining("is not a known setting");
    }

    @Test
    void slots_lie_between_1_and_1024() {
        assertThat(NONE.withSlots(1_024).slots()).contains(1_024);
        assertThatThrownBy(() -> NONE.withSlots(0)).hasMessage("slots must be a whole number from 1 to 1024, not 0");
        assertThatThrownBy(() -> NONE.withSlots(1_025)).isInstanceOf(SettingsException.class);
    }

    @Test
    void a_change_of_what_was_handed_out_changes_nothing() {
        ServeOptions options = NONE.withArgs(Map.of("a", 1));
        options.given().put("slots", 5);
        options.args().orElseThrow().put("b", 2);
        assertThat(options).isEqualTo(NONE.withArgs(Map.of("a", 1)));
    }

    @Test
    void lengths_survive_to_the_microsecond_over_the_whole_range() {
        for (Duration length : new Duration[] {
            Duration.ofNanos(1_000), Duration.ofSeconds(999_999_999, 999_999_000), Duration.ofDays(3)
        }) assertThat(NONE.withStartTimeout(length).startTimeout()).contains(length);
    }
}
