package dev.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.rpc.server.SocketSettings;
import dev.millrace.settings.SettingsException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What is said at the command line about a daemon's socket. Each option is a key of {@code [daemon.socket]}. */
final class SocketOptions {
    @Option(
            names = "--group",
            paramLabel = "NAME",
            description = "With start: members of this group may connect, too (default: only this user).")
    @Nullable
    String group;

    @Option(
            names = "--max-message-bytes",
            paramLabel = "N",
            description = "With start: the longest message, in either direction (default: 16777216).")
    @Nullable
    Long messageBytes;

    @Option(
            names = "--max-connections",
            paramLabel = "N",
            description = "With start: how many connections it serves at once (default: 500).")
    @Nullable
    Long connections;

    @Option(
            names = "--max-concurrent-requests",
            paramLabel = "N",
            description = "With start: how many requests it works on at once (default: 50).")
    @Nullable
    Long requests;

    @Option(
            names = "--max-waiting-requests",
            paramLabel = "N",
            description = "With start: how many more may wait before further ones are refused (default: 450).")
    @Nullable
    Long waiting;

    @Option(
            names = "--max-streams",
            paramLabel = "N",
            description = "With start: how many streams may be open at once (default: 200).")
    @Nullable
    Long streams;

    private ObjectNode given() {
        ObjectNode json = Json.object();
        if (group != null) json.put("group", group);
        if (messageBytes != null) json.put("max_message_bytes", messageBytes);
        if (connections != null) json.put("max_connections", connections);
        if (requests != null) json.put("max_concurrent_requests", requests);
        if (waiting != null) json.put("max_waiting_requests", waiting);
        if (streams != null) json.put("max_streams", streams);
        return json;
    }

    private static String option(String key) {
        return "--" + key.replace('_', '-');
    }

    /** @throws SettingsException naming the option and its value when it cannot be */
    SocketSettings over(SocketSettings file) {
        try {
            return file.with(given());
        } catch (SettingsException e) {
            throw SettingsException.of(option(e.key()), e.problem());
        }
    }

    /** The same words again, for another process. */
    List<String> words() {
        List<String> words = new ArrayList<>();
        for (Map.Entry<String, JsonNode> one : given().properties())
            words.addAll(List.of(option(one.getKey()), one.getValue().asText()));
        return words;
    }
}
