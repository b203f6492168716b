package dev.millrace.soak;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A soak in earnest, but short: real processes on a real disk. */
class ShortSoakTest {
    @TempDir
    Path folder;

    @Test
    void thirty_kills_and_a_few_stops_lose_nothing_and_end_nothing_twice() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Path json = folder.resolve("soak.json");
        int code = SoakMain.run(
                List.of(
                        "--kills",
                        "30",
                        "--tasks",
                        "2000",
                        "--workers",
                        "3",
                        "--submitters",
                        "2",
                        "--folder",
                        folder.resolve("runs").toString(),
                        "--json",
                        json.toString()),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                System.err);
        assertThat(code).as(out.toString(StandardCharsets.UTF_8)).isZero();
        JsonNode report = Json.parse(Files.readAllBytes(json));
        assertThat(report.path("kills").intValue()).isGreaterThanOrEqualTo(30);
        assertThat(report.path("lost").intValue()).isZero();
        assertThat(report.path("double_terminal_records").intValue()).isZero();
        assertThat(report.path("ended").path("done").intValue()).isGreaterThanOrEqualTo(2_000);
        expectEverySortOfStrike(report);
        // Of so few kills most may fall into the time of a full disk.
        assertThat(Stream.of("recovery", "recovery_after_stop", "recovery_in_outages")
                        .mapToInt(sort -> report.path(sort).path("count").intValue())
                        .sum())
                .isPositive();
        try (Stream<Path> left = Files.list(folder.resolve("runs"))) {
            assertThat(left).as("folders of runs").isEmpty();
        }
    }

    /** But for what this machine does not allow, which is said. */
    private static void expectEverySortOfStrike(JsonNode report) {
        String leftOut = report.path("left_out").toString();
        for (String sort : List.of("worker", "steward", "submitter", "stop", "clock", "disk", "readonly"))
            if (!leftOut.contains("\"" + sort + ": "))
                assertThat(report.path("struck").path(sort).intValue()).as(sort).isPositive();
        assertThat(report.path("fenced").isIntegralNumber()).as("fenced").isTrue();
    }
}
