package dev.millrace.rpc.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.event.Event;
import dev.millrace.rpc.RpcCall;
import dev.millrace.rpc.RpcException;
import dev.millrace.rpc.codec.Outgoing;
import dev.millrace.rpc.codec.Request;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** One request on its way: who asked, and where its one answer goes. Answers are written by whoever gives them. */
final class Exchange implements RpcCall, Endpoint.Answer {
    private final Connection connection;
    private final Request request;
    private final boolean inBatch;
    private final AtomicBoolean answered = new AtomicBoolean();
    private final long arrivedNanos;

    Exchange(Connection connection, Request request, boolean inBatch) {
        this.connection = connection;
        this.request = request;
        this.inBatch = inBatch;
        this.arrivedNanos = connection.now();
    }

    @Override
    public String method() {
        return request.method();
    }

    @Override
    public String user() {
        return connection.user();
    }

    @Override
    public boolean isNotification() {
        return request.isNotification();
    }

    @Override
    public boolean isAbandoned() {
        return connection.isGone();
    }

    @Override
    public Duration age() {
        return Duration.ofNanos(connection.now() - arrivedNanos);
    }

    /** Never asked of a notification: those go another way. */
    private JsonNode id() {
        JsonNode id = request.id();
        if (id == null) throw new IllegalStateException("a notification has no id");
        return id;
    }

    @Override
    public void result(@Nullable Object result) {
        try {
            reply(written(result));
        } catch (Throwable e) {
            hangUp(e);
        }
    }

    private byte[] written(@Nullable Object result) {
        try {
            return Outgoing.result(id(), result, connection.serving().limits().messageBytes());
        } catch (RpcException e) {
            return Outgoing.error(id(), e);
        } catch (RuntimeException | Error e) {
            told(e);
            return Outgoing.error(id(), Refusals.unwritten(e));
        }
    }

    @Override
    public void error(RpcException error) {
        try {
            reply(Outgoing.error(id(), error));
        } catch (Throwable e) {
            hangUp(e);
        }
    }

    /** Not even an error can be said, so the end of the connection has to say it. */
    private void hangUp(Throwable why) {
        connection.onLoop(connection::close);
        told(why);
    }

    private void told(Throwable why) {
        connection
                .serving()
                .ports()
                .events()
                .accept(new Event.Trouble("an answer of " + method() + " was not written", why));
    }

    private void reply(byte[] reply) {
        if (answered.compareAndSet(false, true)) connection.onLoop(() -> connection.answered(reply));
    }

    /** The notification is over. */
    void over() {
        if (answered.compareAndSet(false, true)) connection.onLoop(() -> connection.answered(null));
    }

    @Override
    public Endpoint.Opening stream() throws RpcException {
        if (inBatch) throw Refusals.streamInBatch();
        int most = connection.serving().limits().streams();
        if (!connection.serving().counts().takeStream(most)) throw Refusals.tooManyStreams(most);
        return new StreamSession(connection, this, id());
    }

    /** The stream is open; the connection may go on with its next request. */
    void opened(StreamSession session) {
        if (answered.compareAndSet(false, true)) connection.onLoop(() -> connection.opened(session, method()));
    }
}
