package dev.millrace.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
    private static JsonNode parse(String text) throws MalformedJsonException {
        return Json.parse(text.getBytes(UTF_8));
    }

    @Test
    void what_python_writes_is_read() throws MalformedJsonException {
        JsonNode read = parse("{\"a\": NaN, \"b\": Infinity, \"c\": -Infinity, \"d\": \"\\ud800\", \"e\": " + "1"
                + "0".repeat(400) + ", \"f\": 1795225087.166985, \"g\": 1, \"g\": 2} \n");
        assertThat(read.path("a").doubleValue()).isNaN();
        assertThat(read.path("b").doubleValue()).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(read.path("c").doubleValue()).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThat(read.path("d").textValue()).isEqualTo("\ud800");
        assertThat(read.path("e").bigIntegerValue()).isEqualTo(BigInteger.TEN.pow(400));
        assertThat(read.path("f").doubleValue()).isEqualTo(1795225087.166985);
        assertThat(read.path("g").intValue()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "{}}",
                "{} {}",
                "{'a': 1}",
                "[1,]",
                "nul",
                "\u0000",
                "{\"a\" 1}",
                "// c\n{}",
                "\ufeff{}"
            })
    void what_is_not_one_document_is_refused_with_a_reason(String text) {
        assertThatThrownBy(() -> parse(text))
                .isInstanceOf(MalformedJsonException.class)
                .satisfies(
                        e -> assertThat(((MalformedJsonException) e).reason()).isNotBlank());
    }

    @Test
    void a_lone_surrogate_in_a_key_is_refused_by_its_place() {
        assertThatThrownBy(() -> parse("{\"a\": 1, \"x\\ud800y\": 2}"))
                .isInstanceOf(MalformedJsonException.class)
                .hasMessageContaining("surrogate")
                .hasMessageContaining("column");
    }

    @Test
    void nesting_has_a_limit_and_the_limit_is_no_less() throws MalformedJsonException {
        assertThat(parse("[".repeat(200) + "]".repeat(200)).isArray()).isTrue();
        assertThatThrownBy(() -> parse("[".repeat(201) + "]".repeat(201))).isInstanceOf(MalformedJsonException.class);
        assertThatThrownBy(() -> parse("[".repeat(1_000_000))).isInstanceOf(MalformedJsonException.class);
    }

    @Test
    void an_object_is_asked_for_by_name() {
        assertThatThrownBy(() -> Json.parseObject("[1]".getBytes(UTF_8)))
                .isInstanceOf(MalformedJsonException.class)
                .hasMessageContaining("not an object");
    }

    @Test
    void writing_is_ascii_in_one_line_and_strict() throws MalformedJsonException {
        String written = new String(
                Json.bytes(Map.of("\u00fc", List.of("\ud83d\ude00", "\ud800x", "line\nbreak", Double.NaN))), UTF_8);
        assertThat(written).matches("\\p{ASCII}*").doesNotContain("\n");
        JsonNode again = parse(written);
        assertThat(again.path("\u00fc").get(0).textValue()).isEqualTo("\ud83d\ude00");
        assertThat(again.path("\u00fc").get(1).textValue()).isEqualTo("\ud800x");
        assertThat(again.path("\u00fc").get(3).textValue()).isEqualTo("NaN");
    }

    @Test
    void indented_documents_end_with_a_line_break() {
        assertThat(new String(Json.indented(Map.of("a", List.of(1))), UTF_8))
                .isEqualTo("{\n  \"a\": [\n    1\n  ]\n}\n");
    }

    @Test
    void what_cannot_be_written_is_refused() {
        List<Object> loop = new ArrayList<>();
        loop.add(loop);
        for (Object hopeless : List.of(loop, Map.of("x", Optional.of(1))))
            assertThatThrownBy(() -> Json.tree(hopeless))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("cannot be written as JSON");
    }
}
