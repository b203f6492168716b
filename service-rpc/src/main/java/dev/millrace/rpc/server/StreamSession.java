package dev.millrace.rpc.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.rpc.RpcErrorCode;
import dev.millrace.rpc.RpcException;
import dev.millrace.rpc.RpcNotification;
import dev.millrace.rpc.RpcSink;
import dev.millrace.rpc.RpcSubscription;
import dev.millrace.rpc.codec.ByteBudget;
import dev.millrace.rpc.codec.Outgoing;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * One open stream. Any thread puts notifications into its buffer; the loop pours them out as long as the connection takes
 * them. When the buffer is full the oldest goes, and where it was the reader finds how many are missing.
 */
final class StreamSession implements RpcSink, Endpoint.Opening {
    /** The share of the server's memory for messages that one slow reader may use. */
    private static final int SHARE = 8;

    private final Connection connection;
    private final Exchange exchange;
    private final JsonNode id;
    private final Deque<byte[]> waiting = new ArrayDeque<>();
    private long waitingBytes;
    private long reserved;
    private long missed;
    private long dropped;
    private long sent;
    private boolean over;
    private boolean scheduled;
    private byte @Nullable [] last;
    private @Nullable Runnable next;
    private @Nullable RpcSubscription subscription;
    private ObjectNode opening = Json.object();

    // Of the loop's thread alone.
    private boolean registered;
    private long lastSentNanos;

    StreamSession(Connection connection, Exchange exchange, JsonNode id) {
        this.connection = connection;
        this.exchange = exchange;
        this.id = id;
    }

    JsonNode id() {
        return id;
    }

    /** What the subscription adds to the acknowledgement; known once the stream is open. */
    ObjectNode opening() {
        return opening;
    }

    @Override
    public RpcSink sink() {
        return this;
    }

    @Override
    public void opened(RpcSubscription newSubscription) {
        opening = newSubscription.opening();
        attach(newSubscription);
        exchange.opened(this);
    }

    private void attach(RpcSubscription newSubscription) {
        synchronized (this) {
            if (!over) {
                subscription = newSubscription;
                return;
            }
        }
        close(newSubscription);
    }

    @Override
    public void refused(RpcException error) {
        abandon();
        exchange.error(error);
    }

    @Override
    public boolean send(RpcNotification notification) {
        return put(notification.line(), true);
    }

    @Override
    public boolean offer(RpcNotification notification) {
        return put(notification.line(), false);
    }

    private boolean put(byte[] line, boolean whateverIsDropped) {
        synchronized (this) {
            if (over || !(whateverIsDropped || waiting.isEmpty() || hasRoomFor(line))) return false;
            keep(line);
            if (scheduled) return true;
            scheduled = true;
        }
        connection.onLoop(this::pour);
        return true;
    }

    @Override
    public void whenTaken(Runnable work) {
        synchronized (this) {
            if (over) return;
            next = work;
        }
        connection.onLoop(this::pour);
    }

    private boolean hasRoomFor(byte[] line) {
        RpcLimits limits = connection.serving().limits();
        return waiting.size() < limits.streamEvents()
                && waitingBytes + line.length <= limits.bufferedBytes() / SHARE
                && reserve(waitingBytes + line.length);
    }

    private void keep(byte[] line) {
        RpcLimits limits = connection.serving().limits();
        while (!waiting.isEmpty()
                && (waiting.size() >= limits.streamEvents()
                        || waitingBytes + line.length > limits.bufferedBytes() / SHARE)) dropOldest();
        boolean fits = waitingBytes + line.length <= limits.bufferedBytes() / SHARE;
        while (fits && !waiting.isEmpty() && !reserve(waitingBytes + line.length)) dropOldest();
        if (fits && reserve(waitingBytes + line.length)) {
            waiting.add(line);
            waitingBytes += line.length;
        } else countDropped();
    }

    /** The first bytes cost nothing, so that those who read slowly never take the memory of those who do not. */
    private boolean reserve(long bytes) {
        ByteBudget memory = connection.serving().streams();
        long wanted = Math.max(0, bytes - Outbox.LARGE);
        if (wanted > reserved && !memory.take(wanted - reserved)) return false;
        if (wanted < reserved) memory.give(reserved - wanted);
        reserved = wanted;
        return true;
    }

    private void dropOldest() {
        takeOut();
        countDropped();
    }

    private byte @Nullable [] takeOut() {
        byte[] line = waiting.poll();
        if (line == null) return null;
        waitingBytes -= line.length;
        reserve(waitingBytes);
        return line;
    }

    private void countDropped() {
        missed++;
        dropped++;
        connection.serving().counts().dropped.incrementAndGet();
    }

    @Override
    public void end(@Nullable Object result) {
        try {
            // The last word must find room whatever else waits.
            finish(Outgoing.result(id, result, Outbox.LARGE));
        } catch (RpcException e) {
            fail(e);
        }
    }

    @Override
    public void fail(RpcException error) {
        finish(Outgoing.error(id, error));
    }

    private void finish(byte[] reply) {
        RpcSubscription ended;
        synchronized (this) {
            if (over) return;
            over = true;
            next = null;
            last = reply;
            ended = subscription;
        }
        connection.onLoop(this::pour);
        if (ended != null) close(ended);
    }

    @Override
    public synchronized boolean isOpen() {
        return !over;
    }

    /** The connection has gone, or the stream was refused: nothing is sent any more. */
    void abandon() {
        RpcSubscription ended;
        synchronized (this) {
            ended = over ? null : subscription;
            over = true;
            last = null;
            next = null;
            waiting.clear();
            waitingBytes = 0;
            reserve(0);
        }
        connection.serving().counts().giveStream();
        if (ended != null) close(ended);
    }

    private void close(RpcSubscription ended) {
        connection.aside("a stream's subscription could not be closed", ended::close);
    }

    /** The caller may be told from now on; for the loop's thread. */
    void register(long nowNanos) {
        registered = true;
        lastSentNanos = nowNanos;
    }

    /** Sends as much as the connection takes; for the loop's thread. */
    void pour() {
        if (!registered || connection.isClosed()) return;
        while (connection.hasRoom()) {
            byte[] line = following();
            if (line == null) return;
            if (!connection.send(line)) miss();
            lastSentNanos = connection.now();
        }
    }

    /** There is no memory for a message as large as this. */
    private synchronized void miss() {
        sent--;
        countDropped();
    }

    private byte @Nullable [] following() {
        byte[] end;
        Runnable more;
        synchronized (this) {
            if (missed > 0) return missing();
            byte[] line = takeOut();
            if (line != null) {
                sent++;
                return line;
            }
            scheduled = false;
            end = last;
            last = null;
            more = next;
            next = null;
        }
        if (more != null) connection.aside("a stream could not go on", () -> goOn(more));
        if (end != null) {
            connection.forget(this);
            connection.serving().counts().giveStream();
        }
        return end;
    }

    private void goOn(Runnable more) {
        try {
            more.run();
        } catch (RuntimeException | Error e) {
            fail(RpcException.of(RpcErrorCode.INTERNAL_ERROR, "the stream could not go on: " + e));
            throw e;
        }
    }

    private byte[] missing() {
        byte[] notice = Notices.dropped(id, missed, dropped);
        missed = 0;
        return notice;
    }

    /** Says that it lives when it said nothing for so long, or at once; for the loop's thread. */
    void beat(long nowNanos, long everyNanos) {
        if (!registered || nowNanos - lastSentNanos < everyNanos || !connection.isIdle()) return;
        lastSentNanos = nowNanos;
        connection.send(heartbeat());
    }

    private synchronized byte[] heartbeat() {
        return Notices.heartbeat(id, sent, dropped);
    }
}
