package dev.millrace.healthcheck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.health.GateThresholds;
import dev.millrace.health.HealthFormat;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest {

    private static CheckOptions read(String... args) throws BadCommandLineException {
        return new CommandLineReader().read(List.of(args)).orElseThrow();
    }

    private static Run run(String... args) {
        HealthSource nobody = request -> {
            throw new AssertionError("asked");
        };
        return Run.bare(request -> GateThresholds.defaults(), nobody, List.of(args));
    }

    @Test
    void an_app_is_enough() throws Exception {
        CheckOptions options = read("--app", "mycode");
        assertThat(options.request())
                .isEqualTo(new Request(
                        "mycode", Optional.empty(), Optional.empty(), false, Duration.ofSeconds(30), Optional.empty()));
        assertThat(options.overrides())
                .isEqualTo(new Overrides(Optional.empty(), OptionalInt.empty(), OptionalDouble.empty()));
        assertThat(options.format()).isEqualTo(HealthFormat.JSON);
        assertThat(options.verbose()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"--allow-idle,true", "--no-allow-idle,false"})
    void idle_is_allowed_or_refused(String option, boolean allowed) throws Exception {
        assertThat(read("--app", "a", option).overrides().allowIdle()).contains(allowed);
    }

    @Test
    void what_is_given_twice_counts_the_last_time() throws Exception {
        CheckOptions options =
                read("--app", "a", "--allow-idle", "--no-allow-idle", "--max-unhealthy", "1", "--max-unhealthy=2");
        assertThat(options.overrides().allowIdle()).contains(false);
        assertThat(options.overrides().maxUnhealthy()).hasValue(2);
        assertThat(read("--app", "a", "--no-allow-idle", "--allow-idle")
                        .overrides()
                        .allowIdle())
                .contains(true);
    }

    @ParameterizedTest
    @CsvSource({"0,0", "3,3", "-1,0", "' 2 ',2"})
    void the_limit_of_unhealthy_workers_is_brought_to_0_and_above(String text, int limit) throws Exception {
        assertThat(read("--app", "a", "--max-unhealthy", text).overrides().maxUnhealthy())
                .hasValue(limit);
    }

    @ParameterizedTest
    @CsvSource({"0.5,0.5", "7,1", "-1,0", "1e-1,0.1", "1e999999,1"})
    void the_restart_rate_is_brought_into_0_to_1(String text, double rate) throws Exception {
        assertThat(read("--app", "a", "--max-restart-rate", text).overrides().maxRestartRate())
                .hasValue(rate);
    }

    @ParameterizedTest
    @CsvSource({"5,5000", "0.25,250", "0.0001,1", "86400,86400000"})
    void the_time_limit_is_in_seconds(String text, long millis) throws Exception {
        assertThat(read("--app", "a", "--timeout", text).request().timeout()).isEqualTo(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @CsvSource({"--verbose,1", "--verbose=0,0", "--verbose=2,2"})
    void verbose_may_bear_a_level_as_agilabs_does(String option, int level) throws Exception {
        assertThat(read("--app", "a", option).verbose()).isEqualTo(level);
    }

    @Test
    void an_empty_path_is_the_default_place() throws Exception {
        assertThat(read("--app", "a", "--health-output-path", "").request().healthOutputPath())
                .isEmpty();
    }

    @Test
    void a_name_that_begins_with_an_at_sign_is_no_file_of_arguments() throws Exception {
        assertThat(read("--app", "@/etc/passwd").request().app()).isEqualTo("@/etc/passwd");
    }

    @Test
    void paths_are_kept_as_they_are_given() throws Exception {
        Request request = read("--app=a", "--apps-path=x/y", "--share=~/s").request();
        assertThat(request.appsPath()).contains(Path.of("x/y"));
        assertThat(request.share()).contains(Path.of("~/s"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            value = {
                "--max-unhealthy two> --max-unhealthy must be a whole number from 0, not 'two'",
                "--max-unhealthy 2.5> --max-unhealthy must be a whole number from 0, not '2.5'",
                "--max-unhealthy 99999999999> --max-unhealthy must be a whole number from 0, not '99999999999'",
                "--max-restart-rate NaN> --max-restart-rate must be a number from 0 to 1, not 'NaN'",
                "--max-restart-rate nan> --max-restart-rate must be a number from 0 to 1, not 'nan'",
                "--max-restart-rate Infinity> --max-restart-rate must be a number from 0 to 1, not 'Infinity'",
                "--max-restart-rate 0x1p3> --max-restart-rate must be a number from 0 to 1, not '0x1p3'",
                "--timeout NaN> --timeout must be a number of seconds above 0, not 'NaN'",
                "--timeout 0> --timeout must be above 0 and at most 86400 seconds, not 0",
                "--timeout -1> --timeout must be above 0 and at most 86400 seconds, not -1",
                "--timeout 1e99> --timeout must be above 0 and at most 86400 seconds, not 1e99",
                "--format xml> --format must be json, prometheus or nagios, not 'xml'",
                "--verbose loud> --verbose must be a whole number from 0, not 'loud'",
                "--max-unhealty 1> Unknown options: '--max-unhealty', '1'; did you mean --max-unhealthy?",
                "--alow-idle> Unknown option: '--alow-idle'; did you mean --allow-idle?",
                "extra> Unmatched argument at index 2: 'extra'",
                "--timeout> Missing required parameter for option '--timeout' (S)",
                "--timeout --observe> Expected parameter for option '--timeout' but found '--observe'",
            })
    void a_command_line_that_makes_no_sense_exits_64_and_says_why(String arguments, String message) {
        Run run = run(("--app mycode " + arguments).split(" "));
        assertThat(run.err())
                .isEqualTo("[service_health_check] ERROR: " + message + " (see --help)" + System.lineSeparator());
        assertThat(run.code()).isEqualTo(64);
        assertThat(run.out()).isEmpty();
    }

    @Test
    void without_an_app_it_exits_64() {
        assertThat(run())
                .isEqualTo(new Run(
                        64,
                        "",
                        "[service_health_check] ERROR: Missing required option: '--app=NAME'" + " (see --help)"
                                + System.lineSeparator()));
        assertThat(run("--app", " ").code()).isEqualTo(64);
    }

    @Test
    void help_names_every_option_and_exits_0() {
        Run run = run("--help");
        assertThat(run.code()).isZero();
        assertThat(run.err()).isEmpty();
        for (var option : OptionTable.ALL)
            assertThat(run.out()).contains(option.longestName().replace("--allow", "allow"));
        assertThat(run.out()).contains("--[no-]allow-idle");
    }

    @ParameterizedTest
    @ValueSource(strings = {"json", "prometheus", "nagios"})
    void each_form_has_its_word(String word) throws Exception {
        assertThat(read("--app", "a", "--format", word).format().word()).isEqualTo(word);
    }
}
