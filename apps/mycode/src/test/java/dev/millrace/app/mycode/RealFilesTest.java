package dev.millrace.app.mycode;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is expected was computed by src/test/python/profile_reference.py, with Python's csv and statistics modules. */
class RealFilesTest {
    private static final Path APP = Path.of("").toAbsolutePath();

    private static final Map<String, String> GIT_HASHES = Map.of(
            "airports.csv", "608ba6d51fa70584c3fa1d31eb94533302553838",
            "flights-airport.csv", "0ba03114891e97cfc3f83d9e3569259e7f07af7b",
            "seattle-weather-hourly-normals.csv", "d55461adc9742bb061f6072b694aaf73e8b529db",
            "us-employment.csv", "8795be57cf1e004f4ecba44cab2b324a074330df",
            "weather.csv", "0e7e853f4c5b67615da261d5d343824a43510f50");

    static Stream<String> files() {
        return GIT_HASHES.keySet().stream().sorted();
    }

    private static JsonNode expected() throws Exception {
        try (InputStream in = RealFilesTest.class.getResourceAsStream("/real-files.json")) {
            return Json.parse(Objects.requireNonNull(in).readAllBytes());
        }
    }

    private static JsonNode profileOf(String file) throws Exception {
        return new FakeTask(APP, Json.object().put("file", "data/" + file)).run();
    }

    @ParameterizedTest
    @MethodSource("files")
    void each_file_is_byte_for_byte_the_one_of_the_package(String file) throws Exception {
        byte[] content = Files.readAllBytes(APP.resolve("data").resolve(file));
        MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
        sha1.update(("blob " + content.length + "\0").getBytes(StandardCharsets.US_ASCII));
        assertThat(HexFormat.of().formatHex(sha1.digest(content))).isEqualTo(GIT_HASHES.get(file));
    }

    @Test
    void there_is_an_expectation_for_each_csv_file_of_the_data_folder() throws Exception {
        try (Stream<Path> files = Files.list(APP.resolve("data"))) {
            assertThat(files.map(path -> path.getFileName().toString()).filter(name -> name.endsWith(".csv")))
                    .containsExactlyInAnyOrderElementsOf(
                            expected().propertyStream().map(Map.Entry::getKey).toList());
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void every_figure_is_the_one_that_python_computed(String file) throws Exception {
        assertAgrees(file, expected().get(file), profileOf(file));
    }

    @Test
    void the_airports_are_as_counted_by_hand() throws Exception {
        JsonNode airports = profileOf("airports.csv");
        assertThat(airports.at("/rows").asInt()).isEqualTo(3376);
        assertThat(airports.at("/columns/3/missing").asInt()).isEqualTo(12);
        assertThat(airports.at("/columns/3/most_frequent/0").toString()).isEqualTo("{\"value\":\"AK\",\"count\":263}");
    }

    /** All that is expected must be there; numbers may differ in their last digits. */
    private static void assertAgrees(String place, JsonNode expected, JsonNode actual) throws IOException {
        if (expected.isNumber()) {
            double tolerance = 1e-12 * Math.max(1, Math.abs(expected.doubleValue()));
            assertThat(actual.isNumber()).as(place).isTrue();
            assertThat(actual.doubleValue()).as(place).isCloseTo(expected.doubleValue(), Offset.offset(tolerance));
        } else if (expected instanceof ObjectNode object) {
            for (Map.Entry<String, JsonNode> entry : object.properties())
                assertAgrees(place + "/" + entry.getKey(), entry.getValue(), actual.path(entry.getKey()));
        } else if (expected.isArray()) {
            assertThat(actual.size()).as(place).isEqualTo(expected.size());
            for (int i = 0; i < expected.size(); i++) assertAgrees(place + "/" + i, expected.get(i), actual.get(i));
        } else {
            assertThat(actual).as(place).isEqualTo(expected);
        }
    }
}
