package dev.millrace.rpc.client;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.json.Json;
import dev.millrace.rpc.codec.Reply;
import dev.millrace.time.Time;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A stream that is read from its wire as it is asked for. */
final class OpenStream implements DaemonStream {
    private final Wire wire;
    private final Time time;
    private @Nullable Reply ending;
    private @Nullable StreamItem early;
    private JsonNode opening = Json.object();

    OpenStream(Wire wire, Time time) {
        this.wire = wire;
        this.time = time;
    }

    /** Waits for the acknowledgement. A daemon that sends none says something else, which is kept. */
    void awaitOpened(Deadline deadline) throws DaemonException, LostException, InterruptedException {
        Reply reply = wire.receive(deadline);
        if (reply instanceof Reply.Notification notification
                && notification.method().equals("stream.opened")) opening = notification.params();
        else early = item(reply);
    }

    @Override
    public JsonNode opening() {
        return opening;
    }

    @Override
    public StreamItem next(Duration atMost) throws DaemonException, InterruptedException {
        StreamItem first = early;
        early = null;
        if (first != null) return first;
        if (ending != null) return item(ending);
        try {
            return item(wire.receive(Deadline.after(atMost, time)));
        } catch (LostException e) {
            wire.close();
            throw new DaemonNotRunningException("the stream broke off without an end: " + e.getMessage(), e);
        }
    }

    private StreamItem item(Reply reply) throws DaemonException {
        if (reply instanceof Reply.Notification notification) return item(notification);
        ending = reply;
        wire.close();
        if (reply instanceof Reply.Result result) return new StreamItem.End(result.result());
        if (reply instanceof Reply.Failure failure) throw ErrorReplyException.of(failure);
        throw new BrokenReplyException("the stream brought no JSON-RPC");
    }

    private static StreamItem item(Reply.Notification notification) {
        JsonNode params = notification.params();
        return switch (notification.method()) {
            case "stream.dropped" ->
                new StreamItem.Dropped(
                        params.path("dropped").asLong(),
                        params.path("dropped_total").asLong());
            case "stream.heartbeat" ->
                new StreamItem.Heartbeat(
                        params.path("sent").asLong(), params.path("dropped").asLong());
            default -> new StreamItem.Event(notification.method(), params);
        };
    }

    @Override
    public void close() {
        wire.close();
    }
}
