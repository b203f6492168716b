package dev.millrace.rpc.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.event.Event;
import dev.millrace.rpc.RpcCall;
import dev.millrace.rpc.RpcErrorCode;
import dev.millrace.rpc.RpcException;
import dev.millrace.rpc.RpcHandler;
import dev.millrace.rpc.RpcMethod;
import dev.millrace.rpc.RpcNotification;
import dev.millrace.rpc.RpcSink;
import dev.millrace.rpc.RpcStream;
import dev.millrace.time.Time;
import java.io.IOException;
import java.nio.file.Path;
import java.util.AbstractList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/** A server with methods that do what tests need. */
public final class TestDaemon implements AutoCloseable {
    public final CountDownLatch gate = new CountDownLatch(1);
    public final CountDownLatch loopGate = new CountDownLatch(1);
    public final AtomicInteger running = new AtomicInteger();
    public final AtomicInteger mostAtOnce = new AtomicInteger();
    public final AtomicInteger counted = new AtomicInteger();
    public final AtomicInteger unsubscribed = new AtomicInteger();
    public final Queue<RpcSink> sinks = new ConcurrentLinkedQueue<>();
    public final Queue<Event> events = new ConcurrentLinkedQueue<>();
    public final RpcServer server;

    private TestDaemon(RpcServerOptions options, Time time) throws IOException {
        RpcPorts ports = RpcPorts.system().withEvents(events::add).withTime(time);
        server = RpcServer.open(options, handlers(), ports);
    }

    public static TestDaemon at(Path socket) throws IOException {
        return at(socket, limits -> limits);
    }

    public static TestDaemon at(Path socket, UnaryOperator<RpcLimits> limits) throws IOException {
        return with(RpcServerOptions.at(socket).withLimits(limits.apply(RpcLimits.defaults())));
    }

    public static TestDaemon with(RpcServerOptions options) throws IOException {
        return with(options, Time.system());
    }

    public static TestDaemon with(RpcServerOptions options, Time time) throws IOException {
        return new TestDaemon(options, time);
    }

    private List<RpcHandler> handlers() {
        return List.of(
                RpcMethod.instant("daemon.health", (params, call) -> Map.of("status", "ok")),
                RpcMethod.toTheEnd("how.it.goes", (params, call) -> "it ends"),
                RpcMethod.of("echo", (params, call) -> params.json()),
                RpcMethod.of("nothing", (params, call) -> null),
                RpcMethod.of("greet", (params, call) -> "hello " + params.requiredText("name")),
                RpcMethod.of("who", (params, call) -> call.user()),
                RpcMethod.of("count", (params, call) -> counted.incrementAndGet()),
                RpcMethod.of("block", (params, call) -> block()),
                RpcMethod.patient("await", (params, call) -> block()),
                RpcMethod.patient("linger", (params, call) -> linger(call)),
                RpcMethod.instant("hold.up", (params, call) -> {
                    running.incrementAndGet();
                    loopGate.await();
                    return "over";
                }),
                RpcMethod.of("unwritable", (params, call) -> new Unwritable()),
                RpcMethod.of("long", (params, call) -> "x".repeat((int) params.whole("bytes", 1, 1, 1 << 30))),
                RpcMethod.of("fail", (params, call) -> {
                    throw RpcException.of(
                            RpcErrorCode.of((int) params.whole("code", -32603, -33000, 0))
                                    .orElseThrow(),
                            "told so");
                }),
                RpcMethod.of("boom", (params, call) -> {
                    throw new AssertionError("boom");
                }),
                RpcMethod.instant("boom.instant", (params, call) -> {
                    throw new StackOverflowError();
                }),
                RpcStream.of("ticks", (params, call, sink) -> {
                    sinks.add(sink);
                    return unsubscribed::incrementAndGet;
                }),
                RpcStream.of("three", (params, call, sink) -> {
                    for (int i = 1; i <= 3; i++) sink.send(tick(i));
                    sink.end(Map.of("sent", 3));
                    return unsubscribed::incrementAndGet;
                }),
                RpcStream.of("refused", (params, call, sink) -> {
                    throw RpcException.of(RpcErrorCode.JOB_NOT_FOUND, "there is no such job");
                }));
    }

    private Object block() throws InterruptedException {
        int now = running.incrementAndGet();
        mostAtOnce.accumulateAndGet(now, Math::max);
        try {
            gate.await();
            return "released";
        } finally {
            running.decrementAndGet();
        }
    }

    /** Waits for nothing but the end of its caller. */
    private Object linger(RpcCall call) throws InterruptedException {
        running.incrementAndGet();
        while (!call.isAbandoned()) if (gate.await(1, TimeUnit.MILLISECONDS)) return "released";
        running.decrementAndGet();
        return "left";
    }

    /** A result that fails when it is written. */
    private static final class Unwritable extends AbstractList<String> {
        @Override
        public String get(int index) {
            throw new OutOfMemoryError("made up");
        }

        @Override
        public int size() {
            return 1;
        }
    }

    public static RpcNotification tick(int number) {
        return RpcNotification.of("tick", Map.of("n", number));
    }

    /** A request with a whole number as its id. */
    public static String request(int id, String method, String params) {
        return "{\"jsonrpc\":\"2.0\",\"method\":\"" + method + "\",\"params\":" + params + ",\"id\":" + id + "}";
    }

    public static String health(int id) {
        return request(id, "daemon.health", "{}");
    }

    public Stranger stranger() throws IOException {
        return Stranger.at(server.socket());
    }

    /** Somebody new gets an answer. */
    public boolean answersSomebodyNew() throws IOException {
        try (Stranger other = stranger()) {
            JsonNode reply = other.asks(health(7));
            return reply.path("id").asInt() == 7
                    && reply.path("result").path("status").asText().equals("ok");
        }
    }

    @Override
    public void close() throws IOException {
        gate.countDown();
        loopGate.countDown();
        server.close();
    }
}
