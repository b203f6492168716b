package dev.millrace.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.health.GateThresholds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GateKeysTest {
    @TempDir
    Path folder;

    private GateThresholds read(String lines) throws IOException {
        Path file = Files.writeString(folder.resolve("t.toml"), "[cluster.service_health]\n" + lines);
        return AppSettings.read(file).gate();
    }

    @Test
    void nothing_set_means_agilabs_defaults() throws IOException {
        GateThresholds usual = read("");
        assertThat(usual).isEqualTo(GateThresholds.defaults());
        assertThat(usual.allowIdle()).isFalse();
        assertThat(usual.maxUnhealthy()).isZero();
        assertThat(usual.maxRestartRate()).isEqualTo(0.25);
        assertThat(usual.maxPending()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "true,true",
        "false,false",
        "1,true",
        "0,false",
        "0.5,true",
        "-0.0,false",
        "' Yes ',true",
        "'ON',true",
        "'off',false",
        "'No',false",
        "'1',true",
        "'0',false",
        "'TRUE',true"
    })
    void idle_is_allowed_in_every_form_that_agilab_takes(String value, boolean allowed) throws IOException {
        boolean bare = value.matches("true|false|-?[0-9.]+");
        assertThat(read("allow_idle = " + (bare ? value : "\"" + value + "\"")).allowIdle())
                .isEqualTo(allowed);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "2.9 | 2",
                "true | 1",
                "\"2\" | 2",
                "\" 1_0 \" | 10",
                "-3 | 0",
                "\"-3\" | 0",
                "-0.9 | 0",
                "+7 | 7",
                "\"+7\" | 7",
                "9000000000 | 2147483647",
                "\"99999999999999999999\" | 2147483647",
                "1e300 | 2147483647"
            })
    void unhealthy_workers_are_counted_in_every_form_that_agilab_takes(String value, int most) throws IOException {
        assertThat(read("max_unhealthy = " + value).maxUnhealthy()).isEqualTo(most);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"0.5\" | 0.5",
                "true | 1.0",
                "7 | 1.0",
                "-1 | 0.0",
                "\" .5 \" | 0.5",
                "\"1e-1\" | 0.1",
                "\"1_0\" | 1.0",
                "\"1.\" | 1.0",
                "0.125 | 0.125"
            })
    void restart_rates_are_read_in_every_form_that_agilab_takes(String value, double rate) throws IOException {
        assertThat(read("max_restart_rate = " + value).maxRestartRate()).isEqualTo(rate);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "allow_idle = \"maybe\"",
                "allow_idle = nan",
                "allow_idle = []",
                "max_unhealthy = \"2.5\"",
                "max_unhealthy = []",
                "max_unhealthy = nan",
                "max_unhealthy = inf",
                "max_unhealthy = \"1__0\"",
                "max_unhealthy = \"\"",
                "max_restart_rate = nan",
                "max_restart_rate = \"nan\"",
                "max_restart_rate = inf",
                "max_restart_rate = -inf",
                "max_restart_rate = \"many\"",
                "max_restart_rate = \"0x1p1\"",
                "max_restart_rate = \"1d\"",
                "max_restart_rate = {}",
                "max_oldest_pending_sec = -1",
                "max_oldest_pending_sec = nan",
                "max_start_latency_p95_sec = \"1\"",
                "max_failure_rate = 1.5",
                "max_failure_rate = nan",
                "max_pending = -1",
                "max_pending = 1.5",
                "max_pending = inf",
            })
    void a_bad_threshold_is_an_error_that_names_it_and_never_a_default(String line) {
        String key = line.substring(0, line.indexOf(' '));
        assertThatThrownBy(() -> read(line))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("t.toml:2: cluster.service_health." + key + " must be");
    }

    @Test
    void service_objectives_are_read() throws IOException {
        GateThresholds gate = read("max_oldest_pending_sec = 90\nmax_start_latency_p95_sec = 0.25\n"
                + "max_failure_rate = 0.1\nmax_pending = 5_000_000_000");
        assertThat(gate)
                .isEqualTo(GateThresholds.defaults()
                        .withMaxOldestPending(Duration.ofSeconds(90))
                        .withMaxStartLatencyP95(Duration.ofMillis(250))
                        .withMaxFailureRate(0.1)
                        .withMaxPending(5_000_000_000L));
    }

    @Test
    void thresholds_given_in_code_check_themselves() {
        GateThresholds usual = GateThresholds.defaults();
        assertThat(usual.withMaxUnhealthy(-1).maxUnhealthy()).isZero();
        assertThat(usual.withMaxRestartRate(7).maxRestartRate()).isEqualTo(1.0);
        assertThat(usual.withMaxRestartRate(Double.NEGATIVE_INFINITY).maxRestartRate())
                .isZero();
        assertThat(usual.withAllowIdle(true).allowIdle()).isTrue();
        assertThatThrownBy(() -> usual.withMaxRestartRate(Double.NaN))
                .hasMessageStartingWith("max_restart_rate must be");
        assertThatThrownBy(() -> usual.withMaxFailureRate(Double.NaN))
                .hasMessageStartingWith("max_failure_rate must be");
        assertThatThrownBy(() -> usual.withMaxFailureRate(1.1)).hasMessageStartingWith("max_failure_rate must be");
        assertThatThrownBy(() -> usual.withMaxPending(-1)).hasMessageStartingWith("max_pending must be");
        assertThatThrownBy(() -> usual.withMaxOldestPending(Duration.ofSeconds(-1)))
                .hasMessageStartingWith("max_oldest_pending_sec must be");
        assertThatThrownBy(() -> usual.withMaxStartLatencyP95(Duration.ofSeconds(-1)))
                .hasMessageStartingWith("max_start_latency_p95_sec must be");
    }
}
