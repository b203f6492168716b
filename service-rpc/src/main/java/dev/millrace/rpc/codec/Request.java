package dev.millrace.rpc.codec;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.rpc.RpcParams;
import org.jspecify.annotations.Nullable;

/**
 * One valid request.
 *
 * @param id a whole number, text or JSON's null; null when there is none, which makes it a notification
 */
public record Request(
        String method, RpcParams params, @Nullable JsonNode id) {
    public boolean isNotification() {
        return id == null;
    }
}
