package dev.millrace.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each part in earnest, with a handful of tasks: it brings figures. How fast it is, is nobody's business here. */
@Execution(ExecutionMode.CONCURRENT)
class SmokeTest {
    @TempDir
    Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private JsonNode bench(String... words) throws Exception {
        List<String> args = new ArrayList<>(List.of(words));
        Path json = folder.resolve("figures/bench.json");
        args.addAll(List.of("--tasks", "25", "--rounds", "1", "--idle-seconds", "1", "--json", json.toString()));
        args.addAll(List.of("--folder", folder.resolve("runs").toString()));
        int code = BenchMain.run(args, stream(out), stream(err));
        assertThat(code).as(err + "\n" + out).isZero();
        JsonNode report = Json.parse(Files.readAllBytes(json));
        assertThat(Page.keysOf(report)).as("the documented form").isSubsetOf(Page.documentedKeys());
        try (Stream<Path> left = Files.list(folder.resolve("runs"))) {
            assertThat(left).as("folders of runs").isEmpty();
        }
        return report;
    }

    private static PrintStream stream(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource({
        "submit, quick, rate p50_ms p99_ms cpu_us_per_task memory_mb, true",
        "drain, 'single files, 8 slots', rate cpu_us_per_task memory_mb tasks_per_file, true",
        "drain, 'batches, 8 slots', rate cpu_us_per_task memory_mb, true",
        "latency, worker process, p50_ms p99_ms memory_mb, false",
        "death, 2 workers, p50_ms max_ms, false",
        "depth, finished, rate cpu_us_per_task memory_mb, true",
        "idle, worker process, wakeups_per_sec memory_mb, false",
        "health, 'process, 25 pending', p50_ms p99_ms memory_mb, false",
        "rpc, 8 callers, rate p99_ms, false",
        "rpc, 500 idle, memory_mb, false",
        "coldstart, java, p50_ms p99_ms cpu_us_per_task, false"
    })
    void each_part_brings_figures(String part, String only, String values, boolean hasLimit) throws Exception {
        JsonNode report = bench(part, "--only", only);

        assertThat(report.path("figures"))
                .as(err.toString(StandardCharsets.UTF_8))
                .isNotEmpty()
                .allSatisfy(figure -> {
                    assertThat(figure.path("part").textValue()).isEqualTo(part);
                    for (String value : values.split(" "))
                        assertThat(median(figure, value)).as(value).isPositive();
                    assertThat(figure.has("ratio_to_limit")).isEqualTo(hasLimit);
                });
        for (String limit : DiskLimits.ALL)
            assertThat(report.path("limits").path(limit).path("median").doubleValue())
                    .as(limit)
                    .isPositive();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains(only).contains(hasLimit ? "% " : "");
    }

    private static double median(JsonNode figure, String value) {
        return figure.path("values").path(value).path("median").doubleValue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"table by hand", "db-scheduler", "JobRunr"})
    void each_peer_brings_figures_on_an_embedded_database(String name) throws Exception {
        JsonNode report = bench("drain", "--peers", "--only", name);

        assertThat(report.path("figures"))
                .as(err.toString(StandardCharsets.UTF_8))
                .isNotEmpty()
                .allSatisfy(figure -> {
                    assertThat(figure.path("peer").booleanValue()).isTrue();
                    assertThat(median(figure, "rate")).isPositive();
                });
    }

    @Test
    void a_peer_that_cannot_be_reached_is_skipped_aloud_and_the_others_are_measured() throws Exception {
        JsonNode report = bench("submit", "--postgres", "jdbc:postgresql://127.0.0.1:1/none", "--only", "hand");

        assertThat(report.path("figures")).isNotEmpty();
        assertThat(report.path("skipped")).anySatisfy(one -> {
            assertThat(one.path("what").textValue()).contains("SKIP LOCKED by hand on PostgreSQL, one caller");
            assertThat(one.path("why").textValue()).contains("failed").contains("127.0.0.1:1 refused");
        });
    }
}
