package dev.millrace.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.millrace.json.Json;
import dev.millrace.json.MalformedJsonException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules and measured rows of the chunk wrapper of AGILAB's submit. */
class ChunkWrapperTest {
    private static JsonNode json(String text) {
        try {
            return Json.parse(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
        } catch (MalformedJsonException e) {
            throw new AssertionError(text, e);
        }
    }

    private static JsonNode wrapper(String rest) {
        return json("{'__agi_worker_chunk__': true, " + rest + "}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'chunk': [1], 'total_workers': 3, 'worker_idx': 1    | [[], [1], []]",
                "'chunk': {'a': 1}, 'total_workers': 2, 'worker_idx': 0 | [{'a': 1}, {}]",
                "'chunk': 'text', 'total_workers': 2, 'worker_idx': 1 | [null, 'text']",
                "'chunk': null, 'total_workers': 2, 'worker_idx': 1   | [null, null]",
                "'total_workers': 1, 'worker_idx': 0                  | [null]",
                "'chunk': [1], 'worker_idx': 2                        | [[], [], [1]]",
                "'chunk': [1], 'total_workers': 0, 'worker_idx': 1    | [[], [1]]",
                "'chunk': [1], 'total_workers': -3, 'worker_idx': 0   | [[1]]",
                "'chunk': [1], 'total_workers': '2', 'worker_idx': 0  | [[1]]",
                "'chunk': [1], 'total_workers': 2.0, 'worker_idx': 0  | [[1]]",
                "'chunk': [], 'total_workers': 0, 'worker_idx': 0     | [[]]",
                "'chunk': [[1], [2]], 'total_workers': 1, 'worker_idx': 0 | [[[1], [2]]]"
            })
    void a_wrapper_becomes_a_list_with_the_share_at_its_place(String wrapper, String expanded) {
        assertThat(ChunkWrapper.expand(wrapper(wrapper))).isEqualTo(json(expanded));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'chunk': [1], 'total_workers': 2, 'worker_idx': 2",
                "'chunk': [1], 'total_workers': 2, 'worker_idx': 7",
                "'chunk': [1], 'total_workers': 2, 'worker_idx': -1",
                "'chunk': [1], 'total_workers': 2, 'worker_idx': 1.0",
                "'chunk': [1], 'total_workers': 2, 'worker_idx': '1'",
                "'chunk': [1], 'total_workers': 2, 'worker_idx': null",
                "'chunk': [1], 'total_workers': 2",
                "'chunk': [1], 'worker_idx': 99999999999999999999",
                "'chunk': [1], 'worker_idx': 2000000000",
                "'chunk': [1], 'worker_idx': 2147483647",
                "'chunk': [1], 'total_workers': 2000000000, 'worker_idx': 0"
            })
    void a_wrapper_that_points_nowhere_is_refused(String wrapper) {
        assertThatThrownBy(() -> ChunkWrapper.expand(wrapper(wrapper)))
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .containsAnyOf("worker_idx", "workers");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "[1, 2]", "{}", "{'chunk': [1]}", "'text'", "null", "7"})
    void what_is_no_wrapper_stays_as_it_is(String value) {
        assertThat(ChunkWrapper.isWrapper(json(value))).isFalse();
        assertThat(ChunkWrapper.expand(json(value))).isEqualTo(json(value));
        assertThat(ChunkWrapper.chunkOf(json(value))).isEqualTo(json(value));
    }

    @Test
    void an_absent_value_becomes_an_empty_list() {
        assertThat(ChunkWrapper.expand(MissingNode.getInstance())).isEqualTo(json("[]"));
    }

    @ParameterizedTest
    @CsvSource({
        "true, true",
        "1, true",
        "-0.5, true",
        "'x', true",
        "[0], true",
        "{'a':0}, true",
        "false, false",
        "0, false",
        "0.0, false",
        "'', false",
        "[], false",
        "{}, false",
        "null, false"
    })
    void any_truthy_marker_marks(String marker, boolean marks) {
        String spelled = marker.isEmpty() ? "''" : marker.equals("x") ? "'x'" : marker;
        assertThat(ChunkWrapper.isWrapper(json("{'__agi_worker_chunk__': " + spelled + ", 'worker_idx': 0}")))
                .isEqualTo(marks);
    }

    @Test
    void what_we_wrap_expands_again() {
        JsonNode wrapped = ChunkWrapper.wrap(json("[1, 2]"), 1, 3);
        assertThat(wrapped).isEqualTo(wrapper("'chunk': [1, 2], 'total_workers': 3, 'worker_idx': 1"));
        assertThat(ChunkWrapper.expand(wrapped)).isEqualTo(json("[[], [1, 2], []]"));
        assertThat(ChunkWrapper.chunkOf(wrapped)).isEqualTo(json("[1, 2]"));
    }
}
