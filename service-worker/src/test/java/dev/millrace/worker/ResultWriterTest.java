package dev.millrace.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ResultWriterTest {
    private final ResultWriter writer = new ResultWriter(100);

    record Answer(int value, String text) {}

    @Test
    void anything_that_jackson_can_write_is_a_result() throws Exception {
        assertThat(writer.write(null).isNull()).isTrue();
        assertThat(writer.write(7).intValue()).isEqualTo(7);
        assertThat(writer.write(new Answer(1, "\ud800")).toString()).contains("\"value\":1");
        assertThat(writer.write(Map.of("a", List.of(1, 2))).toString()).isEqualTo("{\"a\":[1,2]}");
    }

    @Test
    void what_is_no_number_becomes_text_because_json_has_no_word_for_it() throws Exception {
        assertThat(writer.write(Double.NaN).textValue()).isEqualTo("NaN");
        assertThat(writer.write(Double.POSITIVE_INFINITY).textValue()).isEqualTo("Infinity");
    }

    @Test
    void a_result_at_the_limit_is_kept_and_one_byte_more_is_refused() throws Exception {
        assertThat(writer.write("x".repeat(98)).textValue()).hasSize(98);
        assertThatThrownBy(() -> writer.write("x".repeat(99)))
                .isInstanceOf(ResultWriter.ResultException.class)
                .hasMessageContaining("larger than 100 bytes");
        assertThatThrownBy(() -> writer.write(Map.of("deep", List.of("x".repeat(99)))))
                .hasMessageContaining("larger than 100 bytes");
    }

    @Test
    void a_result_nested_beyond_what_readers_take_is_refused() {
        List<Object> deep = new ArrayList<>();
        for (int i = 0; i < 300; i++) deep = new ArrayList<>(List.of(deep));
        List<Object> nested = deep;
        assertThatThrownBy(() -> new ResultWriter(10_000).write(nested))
                .isInstanceOf(ResultWriter.ResultException.class)
                .hasMessageContaining("depth");
    }

    @Test
    void a_result_of_some_megabytes_is_written_whole() throws Exception {
        String large = "x".repeat(3 << 20);
        assertThat(new ResultWriter(4 << 20).write(List.of(large)).path(0).textValue())
                .isEqualTo(large);
    }
}
