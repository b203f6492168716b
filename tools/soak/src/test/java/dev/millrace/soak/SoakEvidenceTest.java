package dev.millrace.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever ends a run before its verdict, what it left can be looked at. */
class SoakEvidenceTest {
    @TempDir
    Path folder;

    private Path run() throws IOException {
        try (Stream<Path> runs = Files.list(folder.resolve("runs"))) {
            return runs.findFirst().orElseThrow();
        }
    }

    @Test
    void the_folder_of_a_run_that_failed_stays() throws Exception {
        SoakOptions options = new CommandLineReader(folder, folder, new Random(1))
                .read(List.of("--faults=stop", "--folder=runs"))
                .orElseThrow();
        PrintStream nobody = new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
        try (Soak soak = Soak.in(options, nobody)) {
            Files.delete(run().resolve("apps").resolve(RunFolder.APP));
            assertThatThrownBy(soak::run).isInstanceOf(IOException.class);
        }
        assertThat(run()).isNotEmptyDirectory();
    }
}
