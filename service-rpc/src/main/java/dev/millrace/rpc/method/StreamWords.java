package dev.millrace.rpc.method;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** What strangers have to know of streams: what is said on them, and how one is ended. */
final class StreamWords {
    private StreamWords() {}

    /**
     * A notification.
     *
     * @param name its method
     * @param does when it is said
     * @param params the JSON Schema of its params
     */
    record Notice(String name, String does, ObjectNode params) {}

    /** Answered by the connection itself, as it alone knows its streams. */
    static MethodSpec close() {
        return MethodSpec.of(
                "stream.close",
                "Ends a stream of this connection. The request that opened it gets its reply then, {\"ended\": \"closed\"}.",
                Shape.object().need("id", "string|integer", "the id of the request that opened it"),
                Shape.object().need("closed", "boolean", "false when no such stream is open here"),
                (around, params) -> {
                    throw new IllegalStateException("a connection ends its streams itself");
                });
    }

    static List<Notice> notices() {
        return List.of(
                new Notice(
                        "stream.opened",
                        "The first word on every stream: it is open, and this is how it behaves.",
                        about().need("method", "string", "what was asked for")
                                .need("heartbeat_sec", "number", "after so long without a word comes stream.heartbeat")
                                .need("buffer", "integer", "so many notifications may wait for a slow reader")
                                .need("when_full", "string", "drop_oldest")
                                .may(
                                        "server_id",
                                        "string",
                                        "of daemon.monitor.stream: for which history of events versions count")
                                .json()),
                new Notice(
                        "stream.heartbeat",
                        "The stream lives, and there was nothing to say.",
                        about().need("sent", "integer", "notifications so far")
                                .need("dropped", "integer", "and those that were dropped")
                                .json()),
                new Notice(
                        "stream.dropped",
                        "Here something is missing: it waited, and the reader was too slow for it.",
                        about().need("dropped", "integer", "how many are missing at this place")
                                .need("dropped_total", "integer", "how many since the beginning")
                                .json()),
                new Notice(
                        "monitor.gap",
                        "Said on daemon.monitor.stream before the first event when those behind the given version are not kept any more.",
                        Shape.object()
                                .need("since", "integer", "the version that was given")
                                .need("oldest", "integer", "the first one that is kept, which follows")
                                .need("server_id", "string", "whose versions these are")
                                .json()),
                new Notice(EventStreams.EVENT, "An event.", EventStreams.spec().result()),
                new Notice("top.snapshot", "A snapshot.", TopStream.spec().result()));
    }

    private static Shape about() {
        return Shape.object().need("id", "string|integer", "the stream: the id of the request that opened it");
    }
}
