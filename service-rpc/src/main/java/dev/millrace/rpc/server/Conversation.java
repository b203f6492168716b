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
    private long batchReserved;
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
            batchReserved = 0;
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
        if (request.method().equals(MethodTable.CLOSE_STREAM)) closeStream(request, exchange);
        else if (request.isNotification()) connection.endpoint().notify(exchange, request.params(), exchange::over);
        else connection.endpoint().request(exchange, request.params(), exchange);
    }

    private void closeStream(Request request, Exchange exchange) {
        JsonNode id = request.params().json().path("id");
        boolean closed = connection.closeStream(id);
        if (request.isNotification()) exchange.over();
        else exchange.result(Map.of("closed", closed));
    }

    /** The answer to what was begun last; null when there is none. */
    void answered(byte @Nullable [] reply) {
        awaiting = false;
        if (reply != null && batch != null) gather(batch, reply);
        else if (reply != null) send(reply);
        step();
    }

    private void send(byte[] reply) {
        if (!connection.send(reply)) connection.send(Outgoing.error(id, Refusals.replyDropped()));
    }

    private void gather(List<byte[]> replies, byte[] reply) {
        if (connection.isClosed()) return;
        byte[] kept = inBatch(reply);
        batchBytes += kept.length;
        replies.add(kept);
    }

    private byte[] inBatch(byte[] reply) {
        int limit = connection.serving().limits().messageBytes();
        if (batchBytes + reply.length >= limit) return Outgoing.error(id, Outgoing.tooLong(limit));
        return hasMemoryFor(reply) ? reply : Outgoing.error(id, Refusals.replyDropped());
    }

    /** As for what waits to be written: the first replies cost nothing, so that small batches are always answered. */
    private boolean hasMemoryFor(byte[] reply) {
        if (batchBytes + reply.length <= Outbox.LARGE) return true;
        if (!connection.serving().budget().take(reply.length)) return false;
        batchReserved += reply.length;
        return true;
    }

    private void over() {
        busy = false;
        List<byte[]> replies = batch;
        batch = null;
        if (replies != null && !replies.isEmpty()) {
            id = NullNode.instance;
            byte[] whole = joined(replies);
            giveBack();
            send(whole);
        }
        giveBack();
        connection.ready();
    }

    private void giveBack() {
        connection.serving().budget().give(batchReserved);
        batchReserved = 0;
    }

    private byte[] joined(List<byte[]> replies) {
        try {
            return Outgoing.batch(replies, connection.serving().limits().messageBytes());
        } catch (RpcException tooLong) {
            return Outgoing.error(NullNode.instance, tooLong);
        }
    }
}
