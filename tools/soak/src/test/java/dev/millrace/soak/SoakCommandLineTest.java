package dev.millrace.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.storage.Durability;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SoakCommandLineTest {
    private final CommandLineReader reader =
            new CommandLineReader(Path.of("/here"), Path.of("/temporary"), new Random(1));

    private SoakOptions read(String... args) throws BadCommandLineException {
        return reader.read(List.of(args)).orElseThrow();
    }

    @Test
    void nothing_said_is_the_long_run_with_all_faults_and_a_seed_of_its_own() throws Exception {
        SoakOptions options = read();
        assertThat(options.kills()).isEqualTo(10_000);
        assertThat(options.tasks()).isEqualTo(100_000);
        assertThat(options.faults()).containsExactlyInAnyOrder(Fault.values());
        assertThat(options.limit()).isEmpty();
        assertThat(options.durability()).isEqualTo(Durability.FSYNC);
        assertThat(options.folder()).isEqualTo(Path.of("/temporary"));
        assertThat(options.seed()).isNotEqualTo(read().seed());
    }

    @Test
    void everything_can_be_said() throws Exception {
        SoakOptions options = read(
                "--kills=7 --tasks=8 --workers=3 --submitters=1 --minutes=0.5 --seed=-9 --folder=runs --durability=os --faults=stop,clock --json=a.json --keep --seeds=5..9 --fuzz=4"
                        .split(" "));
        assertThat(options.kills()).isEqualTo(7);
        assertThat(options.limit()).contains(Duration.ofSeconds(30));
        assertThat(options.seed()).isEqualTo(-9);
        assertThat(options.folder()).isEqualTo(Path.of("/here/runs"));
        assertThat(options.faults()).containsExactlyInAnyOrder(Fault.STOP, Fault.CLOCK);
        assertThat(options.json()).contains(Path.of("/here/a.json"));
        assertThat(options.keep()).isTrue();
        assertThat(options.seeds()).contains(new SeedRange(5, 9));
        assertThat(options.fuzz()).hasValue(4);
    }

    @ParameterizedTest
    @CsvSource({
        "--kills=many, --kills must be a whole number from 0",
        "--workers=0, --workers must be a whole number from 1",
        "--minutes=-1, --minutes must be a number above 0",
        "--durability=wood, '--durability must be fsync or os, not ''wood'''",
        "--faults=flood, '--faults knows kill, stop, disk, readonly, clock, not ''flood'''",
        "--seeds=9..5, --seeds must be a number of seeds",
        "--wet, Unknown option"
    })
    void nonsense_is_refused_with_what_would_be_right(String argument, String told) {
        assertThatThrownBy(() -> read(argument))
                .isInstanceOf(BadCommandLineException.class)
                .hasMessageContaining(told);
    }
}
