package dev.millrace.rpc.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.rpc.RpcParams;
import dev.millrace.rpc.client.Pool.Lease;
import dev.millrace.rpc.codec.Outgoing;
import dev.millrace.rpc.codec.Reply;
import dev.millrace.time.Time;
import java.nio.file.Files;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The client on a pool that is made by the first call, and again by the first after a close. */
final class PooledClient implements DaemonClient {
    private final DaemonClientOptions options;
    private final Time time;
    private final AtomicLong lastId = new AtomicLong();
    private @Nullable Pool pool;

    PooledClient(DaemonClientOptions options, Time time) {
        this.options = options;
        this.time = time;
    }

    private synchronized Pool pool() {
        if (pool == null) pool = new Pool(options);
        return pool;
    }

    @Override
    public synchronized void close() {
        if (pool != null) pool.close();
        pool = null;
    }

    @Override
    public JsonNode call(String method, Object params, CallOptions how) throws DaemonException, InterruptedException {
        Deadline deadline = Deadline.after(how.deadline().orElse(options.timeout()), time);
        long id = lastId.incrementAndGet();
        byte[] line = request(id, method, params, how.idempotencyKey());
        Pool mine = pool();
        Lease lease = mine.acquire(deadline);
        boolean arrived;
        try {
            return exchange(lease, line, id, deadline);
        } catch (LostException e) {
            arrived = hasLeft(line, lease.wire());
            if (arrived && !how.repeatable()) throw gone(method, e, true);
        }
        return again(mine, method, line, id, deadline, arrived);
    }

    /** Without its end (the newline does not matter) a request is no request, and was not carried out. */
    private static boolean hasLeft(byte[] line, Wire wire) {
        return wire.written() >= line.length - 1;
    }

    private JsonNode again(Pool mine, String method, byte[] line, long id, Deadline deadline, boolean arrivedBefore)
            throws DaemonException, InterruptedException {
        Lease lease;
        try {
            lease = mine.acquire(deadline);
        } catch (DaemonNotRunningException e) {
            throw arrivedBefore ? gone(method, e, true) : e;
        }
        try {
            return exchange(lease, line, id, deadline);
        } catch (LostException e) {
            throw gone(method, e, arrivedBefore || hasLeft(line, lease.wire()));
        }
    }

    private byte[] request(long id, String method, Object params, Optional<String> idempotencyKey)
            throws RequestTooLongException {
        ObjectNode json = RpcParams.of(params).json();
        if (idempotencyKey.isPresent()) json = json.deepCopy().put("idempotency_key", idempotencyKey.get());
        byte[] line = Outgoing.request(LongNode.valueOf(id), method, json);
        if (line.length <= options.messageBytes()) return line;
        throw new RequestTooLongException(line.length, options.messageBytes());
    }

    private static DaemonNotRunningException gone(String method, Exception e, boolean mayBeCarriedOut) {
        String known = mayBeCarriedOut
                ? "whether " + method + " was carried out is not known"
                : method + " was not carried out";
        return new DaemonNotRunningException(e.getMessage() + "; " + known, e, mayBeCarriedOut);
    }

    /** Whatever happens, the connection goes back or is closed, and its place in the pool is free again. */
    private JsonNode exchange(Lease lease, byte[] line, long id, Deadline deadline)
            throws DaemonException, LostException, InterruptedException {
        boolean inOrder = false;
        try {
            Reply reply = answer(lease.wire(), line, deadline);
            inOrder = isTo(id, reply);
            return resultOf(reply, id);
        } finally {
            if (inOrder) lease.release(time.nanos());
            else lease.discard();
        }
    }

    private static Reply answer(Wire wire, byte[] line, Deadline deadline)
            throws DaemonException, LostException, InterruptedException {
        try {
            wire.send(line, deadline);
        } catch (LostException e) {
            // A daemon that refuses a connection says why before it closes it.
            Optional<Reply> lastWord = wire.unread();
            if (lastWord.isPresent()) return lastWord.get();
            throw e;
        }
        return wire.receiveAnswer(deadline);
    }

    private static boolean isTo(long id, Reply reply) {
        JsonNode its = reply instanceof Reply.Result result
                ? result.id()
                : reply instanceof Reply.Failure failure ? failure.id() : Json.object();
        return its.isIntegralNumber() && its.longValue() == id;
    }

    private static JsonNode resultOf(Reply reply, long id) throws DaemonException {
        boolean ours = isTo(id, reply);
        if (reply instanceof Reply.Result result && ours) return result.result();
        // An error without an id is about the connection, or about a line that could not be read.
        if (reply instanceof Reply.Failure failure && (ours || failure.id().isNull()))
            throw ErrorReplyException.of(failure);
        if (reply instanceof Reply.Garbage garbage)
            throw new BrokenReplyException("the daemon's answer: " + garbage.why());
        throw new BrokenReplyException("the daemon answered something else than what was asked");
    }

    @Override
    public DaemonStream stream(String method, Object params) throws DaemonException, InterruptedException {
        Deadline deadline = Deadline.after(options.timeout(), time);
        long id = lastId.incrementAndGet();
        byte[] line = request(id, method, params, Optional.empty());
        Wire wire = connect(deadline);
        boolean open = false;
        try {
            OpenStream stream = new OpenStream(wire, time);
            wire.send(line, deadline);
            stream.awaitOpened(deadline);
            open = true;
            return stream;
        } catch (LostException e) {
            throw gone(method, e, hasLeft(line, wire));
        } finally {
            if (!open) wire.close();
        }
    }

    private Wire connect(Deadline deadline) throws DaemonException, InterruptedException {
        return Wire.connect(options.socket(), options.messageBytes(), deadline.within(options.connectTimeout()));
    }

    @Override
    public boolean isRunning() {
        return probe().isPresent();
    }

    @Override
    public Optional<JsonNode> probe() {
        if (!Files.exists(options.socket())) return Optional.empty();
        Deadline deadline = Deadline.after(options.aliveWithin(), time);
        long id = lastId.incrementAndGet();
        try (Wire wire = connect(deadline)) {
            byte[] line = request(id, "daemon.health", Json.object(), Optional.empty());
            return answer(wire, line, deadline) instanceof Reply.Result result && isTo(id, result)
                    ? Optional.of(result.result())
                    : Optional.empty();
        } catch (DaemonException | LostException noAnswer) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
