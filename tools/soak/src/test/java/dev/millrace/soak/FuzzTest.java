package dev.millrace.soak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.soak.fuzz.Fuzz;
import dev.millrace.soak.fuzz.FuzzReport;
import dev.millrace.time.Time;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ten thousand documents that nobody should have written. {@code millrace soak --fuzz 1000000} reads a million. */
class FuzzTest {
    private static final int DOCUMENTS = Integer.getInteger("fuzz.documents", 5_000);
    private static final long FIXED = 20_261_121;

    @TempDir
    Path scratch;

    private final CommandLineReader reader =
            new CommandLineReader(Path.of("/here"), Path.of("/temporary"), new SplittableRandom(1));

    private FuzzReport fuzz(long seed, long documents) throws Exception {
        return Fuzz.run(
                seed, documents, scratch, words -> SoakMain.understands(reader, words), Time.system(), text -> {});
    }

    @Test
    void nothing_crashes_hangs_or_leaks_over_documents_of_fixed_and_of_fresh_seeds() throws Exception {
        long fresh = RandomGenerator.getDefault().nextLong(1_000_000_000);
        for (long seed : new long[] {FIXED, fresh}) {
            FuzzReport report = fuzz(seed, DOCUMENTS);
            assertThat(report.isGood()).as(String.join("\n", report.toLines())).isTrue();
            assertThat(report.total()).isGreaterThanOrEqualTo(DOCUMENTS);
            assertThat(report.documents())
                    .containsKeys("task", "batch", "odd name", "folder", "control", "running", "heartbeat", "settings")
                    .containsKey("command line");
            assertThat(report.refused()).isPositive();
            assertThat(report.onDisk())
                    .as("rounds on the real disk: enough to see a file that each of them leaves open")
                    .isGreaterThan(FuzzReport.MOST_DESCRIPTORS);
        }
    }

    @Test
    void the_same_seed_makes_the_same_documents() throws Exception {
        assertThat(fuzz(FIXED, 300).checksum())
                .isEqualTo(fuzz(FIXED, 300).checksum())
                .isNotEqualTo(fuzz(FIXED + 1, 300).checksum());
    }

    @Test
    void what_crashes_is_told_with_its_seed_and_kept() throws Exception {
        FuzzReport report = Fuzz.run(
                FIXED,
                100_000,
                scratch,
                words -> {
                    throw new IllegalStateException("made up by the test");
                },
                Time.system(),
                text -> {});
        assertThat(report.isGood()).isFalse();
        assertThat(report.failure().orElseThrow()).contains("--fuzz 1 --seed ").contains("made up by the test");
        assertThat(report.saved().orElseThrow()).isNotEmptyDirectory();
    }

    @Test
    void a_file_that_is_left_open_now_and_then_is_told() throws Exception {
        List<InputStream> open = new ArrayList<>();
        Path file = Files.createFile(scratch.resolve("file"));
        int[] lines = {0};
        try {
            FuzzReport report = Fuzz.run(
                    FIXED,
                    2_500,
                    scratch,
                    words -> {
                        if (lines[0]++ % 20 == 0) open.add(opened(file));
                        return true;
                    },
                    Time.system(),
                    text -> {});
            assertThat(report.descriptors()).isGreaterThan(FuzzReport.MOST_DESCRIPTORS);
            assertThat(report.isGood()).isFalse();
        } finally {
            for (InputStream one : open) one.close();
        }
    }

    private static InputStream opened(Path file) {
        try {
            return new FileInputStream(file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
