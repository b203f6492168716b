package dev.millrace.rpc.method;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class RpcPageTest {
    private static final Path PAGE = Path.of("..", "docs", "reference", "rpc.md");

    /** To write it anew: run this test with {@code -Dmillrace.write.pages=true}. */
    @Test
    void the_reference_says_what_the_table_says() throws IOException {
        String made = ControlMethods.reference();
        if (Boolean.getBoolean("millrace.write.pages")) Files.writeString(PAGE, made);
        assertThat(Files.readString(PAGE)).isEqualTo(made);
    }

    @Test
    void every_method_tells_what_it_does_and_every_key_what_it_means() {
        for (MethodSpec spec : TableMethods.reference()) {
            assertThat(spec.does()).as(spec.name()).endsWith(".");
            told(spec.name() + " called", spec.params());
            told(spec.name(), spec.result());
        }
        for (StreamWords.Notice notice : StreamWords.notices()) told(notice.name(), notice.params());
    }

    /** However deep it lies; only what is said to be free has no keys. */
    private static void told(String where, JsonNode schema) {
        if (schema.path("type").asText().equals("object"))
            assertThat(schema.has("properties") || schema.has("additionalProperties"))
                    .as("%s says its keys, or that they are free", where)
                    .isTrue();
        for (var key : schema.path("properties").properties()) {
            String path = where + "." + key.getKey();
            assertThat(key.getValue().path("description").asText()).as(path).isNotBlank();
            told(path, key.getValue());
        }
        for (String inner : List.of("items", "additionalProperties"))
            if (schema.path(inner).isObject()) told(where + " " + inner, schema.get(inner));
    }

    @Test
    void nested_keys_stand_in_the_tables_and_common_forms_stand_there_once() {
        assertThat(ControlMethods.reference())
                .contains("| `processes.list[].rss_mb` | number |", "| `held_by` | list of [holders](#holder) |")
                .contains("| `problems` | object, by name: strings |", "| `document` | object, free form or null |")
                .containsOnlyOnce("\n### holder\n");
    }

    @Test
    void what_is_said_on_streams_and_how_one_is_ended_stands_on_the_page() {
        assertThat(ControlMethods.reference())
                .contains("| [`stream.close`](#streamclose) |")
                .contains("## stream.opened", "## stream.heartbeat", "## stream.dropped", "## monitor.gap");
    }
}
