package dev.millrace.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BenchCommandLineTest {
    private final CommandLineReader reader = new CommandLineReader(Path.of("/here"), Path.of("/temporary"));

    private BenchOptions read(String... args) throws BadCommandLineException {
        return reader.read(List.of(args)).orElseThrow();
    }

    @Test
    void without_a_part_everything_is_measured_three_times_and_no_peer() throws Exception {
        BenchOptions options = read();

        assertThat(options.parts()).containsExactlyInAnyOrder(Part.values());
        assertThat(options.rounds()).isEqualTo(3);
        assertThat(options.idle()).isEqualTo(60);
        assertThat(options.peers()).isFalse();
        assertThat(options.json()).isEqualTo(Path.of("/here/millrace-bench.json"));
        assertThat(options.folder()).isEqualTo(Path.of("/temporary"));
        assertThat(read("all")).isEqualTo(options);
    }

    @Test
    void parts_are_named_and_options_may_stand_anywhere() throws Exception {
        BenchOptions options = read("drain", "--tasks", "50", "idle", "--json", "out/f.json", "--folder", "/disk");

        assertThat(options.parts()).containsExactlyInAnyOrder(Part.DRAIN, Part.IDLE);
        assertThat(options.tasksOr(7)).isEqualTo(50);
        assertThat(options.json()).isEqualTo(Path.of("/here/out/f.json"));
        assertThat(options.folder()).isEqualTo(Path.of("/disk"));
    }

    @Test
    void a_database_asks_for_peers() throws Exception {
        assertThat(read("--postgres", "jdbc:postgresql://host/db").peers()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "drains, there is no part 'drains'; there are submit",
        "--tasks 0, --tasks must be a whole number from 1 to 10000000",
        "--tasks many, not 'many'",
        "--rounds 101, --rounds must be a whole number from 1 to 100",
        "--idle-seconds -1, --idle-seconds must be",
        "--turbo, Unknown option: '--turbo'"
    })
    void a_wrong_word_is_told_with_what_would_be_right(String line, String message) {
        assertThatThrownBy(() -> reader.read(Arrays.asList(line.split(" "))))
                .isInstanceOf(BadCommandLineException.class)
                .hasMessageContaining(message);
    }

    @Test
    void help_names_every_part() throws Exception {
        assertThat(reader.read(List.of("--help"))).isEmpty();
        assertThat(reader.help()).contains(Part.words()).contains("--postgres=URL");
    }
}
