package dev.millrace.rpc.method;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
            for (var key : spec.params().path("properties").properties())
                assertThat(key.getValue().path("description").asText())
                        .as("%s.%s", spec.name(), key.getKey())
                        .isNotBlank();
        }
    }

    @Test
    void what_is_said_on_streams_and_how_one_is_ended_stands_on_the_page() {
        assertThat(ControlMethods.reference())
                .contains("| [`stream.close`](#streamclose) |")
                .contains("## stream.opened", "## stream.heartbeat", "## stream.dropped", "## monitor.gap");
    }
}
