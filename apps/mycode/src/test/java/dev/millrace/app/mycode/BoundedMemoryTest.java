package dev.millrace.app.mycode;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.json.Json;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.assertj.core.data.Offset;
import org.assertj.core.data.Percentage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("once")
class BoundedMemoryTest {
    private static final int ROWS = 1_000_000;

    @TempDir
    Path app;

    /** The whole profile in a process of its own, see the test below. */
    public static void main(String[] args) throws Exception {
        JsonNode profile = new FakeTask(Path.of(args[0]), Json.object().put("file", args[1])).run();
        Files.write(Path.of(args[0], "result.json"), Json.bytes(profile));
    }

    @Test
    void a_file_of_a_million_different_rows_is_profiled_with_32_megabytes_of_heap() throws Exception {
        Path file = app.resolve("large.csv");
        writeLarge(file);
        assertThat(Files.size(file)).isGreaterThan(60_000_000);
        assertThat(runWithHeap("-Xmx32m")).isZero();
        JsonNode profile = Json.parse(Files.readAllBytes(app.resolve("result.json")));
        assertThat(profile.at("/rows").asInt()).isEqualTo(ROWS);
        JsonNode id = profile.at("/columns/0");
        assertThat(id.at("/distinct_exact").asBoolean()).isFalse();
        assertThat(id.at("/distinct").asDouble()).isCloseTo(ROWS, Percentage.withPercentage(4));
        assertThat(id.at("/maximum").asInt()).isEqualTo(ROWS - 1);
        assertThat(id.at("/quantiles_exact").asBoolean()).isFalse();
        assertThat(id.at("/quantiles/p75").asDouble()).isCloseTo(0.75 * ROWS, Offset.offset(0.01 * ROWS));
        assertThat(id.at("/most_frequent")).isEmpty();
        assertThat(profile.at("/columns/3/most_frequent/0/value").asText()).isEqualTo("often");
    }

    private static void writeLarge(Path file) throws IOException {
        SplittableRandom random = new SplittableRandom(1);
        try (BufferedWriter out = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
            out.write("id,text,number,mixed\n");
            for (int i = 0; i < ROWS; i++) {
                String often = i % 10 == 0 ? "often" : "rare " + i;
                out.write(i + ",\"a longer text, number " + random.nextLong() + "\"," + random.nextDouble() + ","
                        + often);
                out.newLine();
            }
        }
    }

    private int runWithHeap(String heap) throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> command = List.of(
                java,
                heap,
                "-cp",
                System.getProperty("java.class.path"),
                BoundedMemoryTest.class.getName(),
                app.toString(),
                "large.csv");
        Process process = new ProcessBuilder(command).inheritIO().start();
        assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        return process.exitValue();
    }

    @Test
    void frequent_values_are_never_counted_too_high_and_too_low_by_at_most_the_error() {
        ValueCounts counts = new ValueCounts(100);
        SplittableRandom random = new SplittableRandom(7);
        long often = 0;
        for (int i = 0; i < 200_000; i++) {
            boolean hit = random.nextInt(10) == 0;
            counts.add(hit ? "often" : "value " + random.nextInt(50_000));
            if (hit) often++;
            assertThat(counts.kept()).isLessThanOrEqualTo(100);
        }
        Frequency first = counts.frequent(5).get(0);
        assertThat(first.value()).isEqualTo("often");
        assertThat(first.count()).isBetween(often - counts.countError(), often);
        assertThat(counts.countError()).isLessThan(200_000 / 50);
        assertThat((double) counts.distinct()).isCloseTo(49_000, Percentage.withPercentage(5));
        assertThat(counts.exact()).isFalse();
    }

    @Test
    void distinct_values_are_exact_up_to_the_bound_and_greater_than_it_beyond() {
        ValueCounts counts = new ValueCounts(100);
        for (int round = 0; round < 3; round++) for (int i = 0; i < 100; i++) counts.add("v" + i);
        assertThat(counts.exact()).isTrue();
        assertThat(counts.distinct()).isEqualTo(100);
        assertThat(counts.frequent(1)).containsExactly(new Frequency("v0", 3));
        counts.add("one more");
        assertThat(counts.exact()).isFalse();
        assertThat(counts.distinct()).isBetween(101L, 105L);
    }

    @Test
    void an_estimate_of_distinct_values_never_exceeds_the_number_of_values() {
        for (int size = 2_000; size < 2_100; size++) {
            ValueCounts counts = new ValueCounts(100);
            for (int i = 0; i < size; i++) counts.add("v" + i);
            assertThat(counts.distinct()).isBetween((long) (0.94 * size), (long) size);
        }
    }

    @Test
    void quantiles_beyond_the_bound_are_within_one_percent_of_the_rank() {
        Quantiles quantiles = new Quantiles(1_000);
        SplittableRandom random = new SplittableRandom(3);
        double[] all = new double[300_000];
        Arrays.setAll(all, i -> Math.exp(5 * random.nextGaussian()));
        for (double number : all) quantiles.add(number);
        Arrays.sort(all);
        QuantileReport report = Objects.requireNonNull(quantiles.report());
        assertThat(quantiles.exact()).isFalse();
        assertThat(rank(all, report.p25())).isCloseTo(0.25, Offset.offset(0.01));
        assertThat(rank(all, report.p50())).isCloseTo(0.5, Offset.offset(0.01));
        assertThat(rank(all, report.p75())).isCloseTo(0.75, Offset.offset(0.01));
        assertThat(rank(all, report.p95())).isCloseTo(0.95, Offset.offset(0.01));
    }

    private static double rank(double[] sorted, @Nullable Double value) {
        int found = Arrays.binarySearch(sorted, Objects.requireNonNull(value));
        return (double) (found < 0 ? -found - 1 : found) / sorted.length;
    }

    @Test
    void the_same_file_gives_the_same_answer_again() throws Exception {
        StringBuilder text = new StringBuilder("a,b\n");
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < 120_000; i++)
            text.append(random.nextLong())
                    .append(",v")
                    .append(random.nextInt(30_000))
                    .append('\n');
        FakeTask task = FakeTask.with(app, text.toString());
        JsonNode first = task.run();
        assertThat(first.at("/columns/0/distinct_exact").asBoolean()).isFalse();
        assertThat(task.run()).isEqualTo(first);
    }
}
