package dev.millrace.rpc.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.millrace.rpc.RpcException;
import dev.millrace.rpc.codec.Incoming;
import dev.millrace.rpc.codec.Outgoing;
import dev.millrace.rpc.codec.Request;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The requests of one connection, one after another: the next begins when the one before is answered, or has become a
 * stream. For the thread of the loop alone.
 */
final class Conversation {
    private final Connection connection;
    private Iterator<Incoming> items = List.<Incoming>of().iterator();
    private @Nullable List<byte[]> batch;
    private long batchBytes;
    private JsonNode id = NullNode.instance;
    private boolean busy;
    private boolean awaiting;
    private boolean stepping;

    Conversation(Connection connection) {
        this.connection = connection;
    }

    /** True while something is not answered yet. */
    boolean isBusy() {
        return busy;
    }

    /** A message is being read elsewhere; {@link #begin} follows. */
    void hold() {
        busy = true;
    }

    void begin(Incoming message) {
        busy = true;
        if (message instanceof Incoming.Batch several) {
            items = several.items().iterator();
            batch = new ArrayList<>();
            batchBytes = 0;
        } else {
            items = List.of(message).iterator();
            batch = null;
        }
        step();
    }

    /** What is answered before the call returns is gone through here, not one call deeper each time. */
    private void step() {
        if (stepping) return;
        stepping = true;
        try {
            while (!awaiting && items.hasNext()) start(items.next());
        } finally {
            stepping = false;
        }
        if (!awaiting && busy) over();
    }

    private void start(Incoming item) {
        awaiting = true;
        if (item instanceof Incoming.Call call) start(call.request());
        else if (item instanceof Incoming.Invalid invalid) {
            id = invalid.id();
            answered(Outgoing.error(id, invalid.error()));
        }
    }

    private void start(Request request) {
        id = request.id() == null ? NullNode.instance : request.id();
        Exchange exchange = new Exchange(connection, request, batch != null);
        if (request.isNotification()) connection.endpoint().notify(exchange, request.params(), exchange::over);
        else if (request.method().equals(MethodTable.CLOSE_STREAM)) closeStream(request, exchange);
        else connection.endpoint().request(exchange, request.params(), exchange);
    }

    private void closeStream(Request request, Exchange exchange) {
        JsonNode id = request.params().json().path("id");
        exchange.result(Map.of("closed", connection.closeStream(id)));
    }

    /** The answer to what was begun last; null when there is none. */
    void answered(byte @Nullable [] reply) {
        awaiting = false;
        if (reply != null && batch != null) batch.add(inBatch(reply));
        else if (reply != null) send(reply);
        step();
    }

    private void send(byte[] reply) {
        if (!connection.send(reply)) connection.send(Outgoing.error(id, Refusals.buffersFull()));
    }

    private byte[] inBatch(byte[] reply) {
        int limit = connection.serving().limits().messageBytes();
        boolean fits = batchBytes + reply.length < limit;
        byte[] kept = fits ? reply : Outgoing.error(id, Outgoing.tooLong(limit));
        batchBytes += kept.length;
        return kept;
    }

    private void over() {
        busy = false;
        List<byte[]> replies = batch;
        batch = null;
        if (replies != null && !replies.isEmpty()) {
            id = NullNode.instance;
            send(joined(replies));
        }
        connection.ready();
    }

    private byte[] joined(List<byte[]> replies) {
        try {
            return Outgoing.batch(replies, connection.serving().limits().messageBytes());
        } catch (RpcException tooLong) {
            return Outgoing.error(NullNode.instance, tooLong);
        }
    }
}
