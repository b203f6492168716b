package dev.millrace.rpc.method;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.rpc.server.Stranger;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** A stranger who has opened a stream, and hears what comes of it. */
final class Subscriber implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final Stranger stranger;
    private final JsonNode opened;

    private Subscriber(Stranger stranger, String method, Map<String, ?> params) throws IOException {
        this.stranger = stranger;
        says(Json.object().put("id", "s").put("method", method), params);
        opened = hears();
        assertThat(opened.path("method").asText()).as("%s", opened).isEqualTo("stream.opened");
    }

    static Subscriber to(Path socket, String method, Map<String, ?> params) throws IOException {
        return new Subscriber(Stranger.at(socket), method, params);
    }

    private void says(ObjectNode request, Map<String, ?> params) throws IOException {
        request.put("jsonrpc", "2.0").set("params", Json.tree(params));
        stranger.sends(new String(Json.bytes(request), StandardCharsets.US_ASCII) + "\n");
    }

    JsonNode opened() {
        return opened;
    }

    JsonNode hears() throws IOException {
        JsonNode line = stranger.hearsJson();
        if (line.has("method")) Form.checkNotice(line);
        return line;
    }

    /** All lines up to the one that fits. Heartbeats come for ever, so all lines together have one deadline. */
    List<JsonNode> hearsUntil(Predicate<JsonNode> last) throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        List<JsonNode> heard = new ArrayList<>();
        while (heard.isEmpty() || !last.test(heard.get(heard.size() - 1))) {
            assertThat(System.nanoTime()).as("heard in time: %s", heard).isLessThan(deadline);
            heard.add(hears());
        }
        return heard;
    }

    /** The events up to the first of this type that is about this job. */
    List<JsonNode> eventsUntil(String type, String job) throws IOException {
        List<JsonNode> heard = hearsUntil(line -> {
            JsonNode event = line.path("params");
            return event.path("type").asText().equals(type)
                    && event.path("data").path("job_id").asText().equals(job);
        });
        return heard.stream()
                .filter(line -> line.path("method").asText().equals("monitor.event"))
                .map(line -> line.path("params"))
                .toList();
    }

    /** Asks for the end, and hears the reply that ends it. */
    JsonNode ends() throws IOException {
        says(Json.object().put("id", 2).put("method", "stream.close"), Map.of("id", "s"));
        List<JsonNode> heard = hearsUntil(line -> line.has("id"));
        return heard.get(heard.size() - 1);
    }

    @Override
    public void close() throws IOException {
        stranger.close();
    }
}
