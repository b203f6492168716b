package dev.millrace.rpc.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.control.ControlLimits;
import dev.millrace.json.Json;
import dev.millrace.rpc.socket.SocketAccess;
import dev.millrace.settings.SettingsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SocketSettingsTest {
    @TempDir
    Path folder;

    private Path file(String... lines) throws Exception {
        return Files.writeString(folder.resolve("daemon.toml"), String.join("\n", lines) + "\n");
    }

    @Test
    void every_limit_of_the_socket_stands_in_its_table() throws Exception {
        Path file = file(
                "[daemon]",
                "max_concurrent_jobs = 3",
                "[daemon.socket]",
                "group = \"staff\"",
                "backlog = 7",
                "max_message_bytes = 2048",
                "max_buffered_bytes = 4096",
                "max_connections = 8",
                "max_concurrent_requests = 9",
                "max_waiting_requests = 0",
                "max_batch_requests = 11",
                "max_streams = 12",
                "max_stream_events = 13",
                "stream_heartbeat_sec = 1.5",
                "stall_sec = 2");

        SocketSettings read = SocketSettings.read(file);

        RpcServerOptions options = read.at(folder.resolve("s"));
        assertThat(options.access()).isEqualTo(SocketAccess.group("staff"));
        assertThat(options.backlog()).isEqualTo(7);
        assertThat(options.limits())
                .isEqualTo(new RpcLimits(
                        2048, 8, 9, 0, 12, 11, 4096, 13, Duration.ofMillis(1_500), Duration.ofSeconds(2)));
        assertThat(SocketSettings.defaults().with(read.toJson())).isEqualTo(read);
        assertThat(ControlLimits.read(file).maxConcurrentJobs()).isEqualTo(3);
    }

    @Test
    void what_is_not_said_holds_as_shipped() throws Exception {
        assertThat(SocketSettings.read(file("[daemon]"))).isEqualTo(SocketSettings.defaults());
        RpcServerOptions shipped = SocketSettings.defaults().at(folder.resolve("s"));
        assertThat(shipped).isEqualTo(RpcServerOptions.at(folder.resolve("s")));
    }

    @Test
    void a_message_larger_than_all_buffers_makes_them_larger() {
        SocketSettings large = SocketSettings.defaults().with(Json.tree(Map.of("max_message_bytes", 1 << 27)));
        assertThat(large.limits().bufferedBytes()).isEqualTo(1 << 27);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "max_connections = 0 | max_connections must be a whole number from 1 to 100000, not 0",
                "max_connections = -1 | max_connections must be a whole number from 1 to 100000, not -1",
                "max_connections = 1.5 | max_connections must be a whole number from 1 to 100000, not 1.5",
                "max_connections = 9999999999 | max_connections must be a whole number from 1 to 100000, not 9999999999",
                "max_concurrent_requests = '''many''' | max_concurrent_requests must be a whole number from 1 to 10000, not \"many\"",
                "max_message_bytes = 10 | max_message_bytes must be a whole number from 1024 to 1073741824, not 10",
                "max_buffered_bytes = 9 | max_buffered_bytes must be a whole number from 16777216 to 1099511627776, not 9",
                "max_waiting_requests = -1 | max_waiting_requests must be a whole number from 0 to 1000000, not -1",
                "backlog = 65536 | backlog must be a whole number from 1 to 65535, not 65536",
                "stall_sec = 0 | stall_sec must be 0.1 to 3600 seconds, not 0",
                "stream_heartbeat_sec = nan | stream_heartbeat_sec must be 0.1 to 3600 seconds, not ",
                "group = 5 | group must be the name of a group, not 5",
                "group = '''''' | group must be the name of a group, not \"\"",
                "connections = 5 | connections is not known; there are group, backlog, max_message_bytes",
            })
    void what_cannot_be_is_refused_with_file_key_and_value(String line, String problem) throws Exception {
        Path file = file("[daemon.socket]", line);

        assertThatThrownBy(() -> SocketSettings.read(file))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining(file + ": daemon.socket." + problem);
    }

    @Test
    void a_word_in_place_of_a_table_is_refused() throws Exception {
        Path socket = file("[daemon]", "socket = \"/run/x.sock\"");
        assertThatThrownBy(() -> SocketSettings.read(socket))
                .hasMessageContaining("daemon.socket must be a table, not \"/run/x.sock\"");
        Path daemon = file("daemon = 5");
        assertThatThrownBy(() -> ControlLimits.read(daemon)).hasMessageContaining("daemon must be a table, not 5");
    }

    @Test
    void the_reference_has_a_row_for_every_key_with_its_default() throws Exception {
        List<String> page = Files.readAllLines(Path.of("../docs/reference/settings.md"));
        ObjectNode all = ControlLimits.defaults().toJson();
        all.setAll(SocketSettings.defaults().toJson());
        for (Map.Entry<String, JsonNode> one : all.properties()) {
            String shipped =
                    one.getValue().isNull() ? "unset" : one.getValue().asText().replaceFirst("\\.0$", "");
            assertThat(page)
                    .anyMatch(line ->
                            line.startsWith("| `" + one.getKey() + "` |") && line.contains("| " + shipped + " |"));
        }
    }

    @Test
    void what_differs_is_named() {
        SocketSettings other = SocketSettings.defaults().with(Json.tree(Map.of("backlog", 3, "max_connections", 5)));
        assertThat(SocketSettings.defaults().differing(other)).containsExactly("backlog", "max_connections");
        assertThat(other.differing(other)).isEmpty();
    }
}
