package dev.millrace.queue;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A file is passed by only when no task in it bears the id, however a producer spells that. */
class IdSearchTest {
    private static final byte[] CONTENT = """
            {"task_id":"load-7","args":{"n":1}}
            {"args":{}}
            """.getBytes(UTF_8);

    private static boolean isFound(String id, byte[] content) {
        return new IdSearch(List.of(id)).mayBeIn("drop-1", content);
    }

    @Test
    void a_file_that_does_not_name_the_id_is_passed_by() {
        assertThat(isFound("load-8", CONTENT)).isFalse();
        assertThat(isFound("drop-2.0", CONTENT)).isFalse();
        assertThat(isFound("drop-2+0", CONTENT)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "load-7,as it stands in the document",
        "drop-1.1,of a line that names none",
        "drop-1+0,a unique name",
        "a/b,which may be spelled with a backslash",
        "été,which may be spelled with an escape"
    })
    void a_file_that_may_hold_the_id_is_read(String id, String why) {
        assertThat(isFound(id, CONTENT)).as(why).isTrue();
    }

    @Test
    void an_id_that_is_spelled_with_escapes_is_found() {
        byte[] escaped = "{\"task_id\":\"lo\\u0061d-9\"}\n".getBytes(UTF_8);
        assertThat(isFound("load-9", escaped)).isTrue();
        byte[] others = "{\"task_id\":\"x\",\"args\":{\"t\":\"\\u4e2d\"}}\n".getBytes(UTF_8);
        assertThat(isFound("load-9", others)).isFalse();
    }

    @Test
    void one_of_several_is_enough() {
        assertThat(new IdSearch(List.of("nowhere", "load-7")).mayBeIn("drop-1", CONTENT))
                .isTrue();
        assertThat(new IdSearch(List.of()).mayBeIn("drop-1", CONTENT)).isFalse();
    }
}
