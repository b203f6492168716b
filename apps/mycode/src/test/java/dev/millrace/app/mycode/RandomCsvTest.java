package dev.millrace.app.mycode;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The streaming profile of random files agrees with a simple one of what was written into them. */
@Tag("once")
class RandomCsvTest {
    private static final int FILES_OF_A_SEED = 100;

    @TempDir
    Path app;

    /** Ten fixed seeds and a new one each time, which the test's name prints. */
    static LongStream seeds() {
        return LongStream.concat(LongStream.rangeClosed(1, 10), LongStream.of(new SplittableRandom().nextLong()));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void a_profile_is_what_was_written_into_the_file(long seed) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < FILES_OF_A_SEED; i++) check("seed " + seed + ", file " + i, new RandomCsv(random));
    }

    private void check(String place, RandomCsv csv) throws Exception {
        JsonNode profile = FakeTask.with(app, csv.text()).arg("delimiter", ",").run();
        assertThat(profile.at("/rows").asInt()).as(place).isEqualTo(csv.rows.size());
        assertThat(profile.at("/bad_rows").asInt()).as(place).isEqualTo(csv.badLines.size());
        List<Long> lines = new ArrayList<>();
        for (JsonNode bad : profile.at("/first_bad_rows"))
            lines.add(bad.get("line").asLong());
        assertThat(lines).as(place).isEqualTo(csv.badLines.stream().limit(10).toList());
        for (int i = 0; i < csv.width(); i++) checkColumn(place + ", column " + i, csv, i, profile.at("/columns/" + i));
    }

    private static void checkColumn(String place, RandomCsv csv, int position, JsonNode column) {
        ReferenceColumn expected = new ReferenceColumn(
                csv.rows.stream().map(row -> row.get(position)).toList());
        assertThat(column.at("/type").asText()).as(place).isEqualTo(expected.type());
        assertThat(column.at("/missing").asLong()).as(place).isEqualTo(expected.missing());
        assertThat(column.at("/distinct").asLong()).as(place).isEqualTo(expected.distinct());
        assertThat(column.at("/most_frequent").toString())
                .as(place)
                .isEqualTo(expected.mostFrequent(5).toString());
        if (expected.isNumeric()) checkNumbers(place, expected, column);
        else if (expected.distinct() > 0) checkTexts(place, expected, column);
        else assertThat(column.has("minimum")).as(place).isFalse();
    }

    private static void checkNumbers(String place, ReferenceColumn expected, JsonNode column) {
        assertThat(column.at("/minimum").asText())
                .as(place)
                .satisfies(text -> assertThat(new java.math.BigDecimal(text))
                        .isEqualByComparingTo((java.math.BigDecimal) expected.least()));
        assertThat(column.at("/maximum").asText())
                .as(place)
                .satisfies(text -> assertThat(new java.math.BigDecimal(text))
                        .isEqualByComparingTo((java.math.BigDecimal) expected.greatest()));
        assertClose(place, column.at("/mean"), expected.mean());
        for (int percent : new int[] {25, 50, 75, 95})
            assertClose(place, column.at("/quantiles/p" + percent), expected.quantile(percent / 100.0));
    }

    private static void checkTexts(String place, ReferenceColumn expected, JsonNode column) {
        assertThat(column.at("/minimum").asText()).as(place).isEqualTo(expected.least());
        assertThat(column.at("/maximum").asText()).as(place).isEqualTo(expected.greatest());
        assertThat(column.has("mean") || column.has("quantiles")).as(place).isFalse();
    }

    private static void assertClose(String place, JsonNode actual, double expected) {
        double tolerance = 1e-12 * Math.max(1, Math.abs(expected));
        assertThat(actual.isNumber()).as(place).isTrue();
        assertThat(actual.doubleValue()).as(place).isCloseTo(expected, Offset.offset(tolerance));
    }
}
