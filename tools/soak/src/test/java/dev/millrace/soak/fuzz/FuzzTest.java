package dev.millrace.soak.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.time.Time;
import java.nio.file.Path;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ten thousand documents that nobody should have written. {@code millrace soak --fuzz 1000000} reads a million. */
class FuzzTest {
    private static final int DOCUMENTS = Integer.getInteger("fuzz.documents", 5_000);
    private static final long FIXED = 20_261_121;

    @TempDir
    Path scratch;

    private FuzzReport fuzz(long seed, long documents) throws Exception {
        return Fuzz.run(seed, documents, scratch, words -> words.length == 0, Time.system(), text -> {});
    }

    @Test
    void nothing_crashes_hangs_or_leaks_over_documents_of_fixed_and_of_fresh_seeds() throws Exception {
        long fresh = RandomGenerator.getDefault().nextLong(1_000_000_000);
        for (long seed : new long[] {FIXED, fresh}) {
            FuzzReport report = fuzz(seed, DOCUMENTS);
            assertThat(report.isGood()).as(String.join("\n", report.toLines())).isTrue();
            assertThat(report.total()).isGreaterThanOrEqualTo(DOCUMENTS);
            assertThat(report.documents())
                    .containsKeys("task", "batch", "control", "running", "heartbeat", "settings", "command line");
            assertThat(report.refused()).isPositive();
        }
    }

    @Test
    void the_same_seed_makes_the_same_documents() throws Exception {
        assertThat(fuzz(FIXED, 300).documents()).isEqualTo(fuzz(FIXED, 300).documents());
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
}
