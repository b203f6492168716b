package dev.millrace.rpc.client;

import com.fasterxml.jackson.databind.JsonNode;

/** What a stream brings. */
public sealed interface StreamItem {

    /** Something that the stream has to say. */
    record Event(String method, JsonNode params) implements StreamItem {}

    /**
     * This reader was too slow: here are so many events missing.
     *
     * @param total since the stream was opened
     */
    record Dropped(long count, long total) implements StreamItem {}

    /** The daemon lives, and has nothing to say. */
    record Heartbeat(long sent, long dropped) implements StreamItem {}

    /** The last word. */
    record End(JsonNode result) implements StreamItem {}
}
