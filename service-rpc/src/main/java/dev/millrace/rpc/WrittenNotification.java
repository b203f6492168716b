package dev.millrace.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.json.Json;
import java.util.Arrays;

/** The bytes of a notification. */
final class WrittenNotification implements RpcNotification {
    private final byte[] line;

    WrittenNotification(JsonNode message) {
        byte[] document = Json.bytes(message);
        line = Arrays.copyOf(document, document.length + 1);
        line[document.length] = '\n';
    }

    @Override
    public byte[] line() {
        return line;
    }
}
