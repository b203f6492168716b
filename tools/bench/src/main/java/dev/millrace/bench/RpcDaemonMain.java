package dev.millrace.bench;

import dev.millrace.rpc.RpcCall;
import dev.millrace.rpc.RpcException;
import dev.millrace.rpc.RpcHandler;
import dev.millrace.rpc.RpcMethod;
import dev.millrace.rpc.RpcNotification;
import dev.millrace.rpc.RpcParams;
import dev.millrace.rpc.RpcSink;
import dev.millrace.rpc.RpcStream;
import dev.millrace.rpc.RpcSubscription;
import dev.millrace.rpc.server.RpcPorts;
import dev.millrace.rpc.server.RpcServer;
import dev.millrace.rpc.server.RpcServerOptions;
import dev.millrace.time.Time;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A daemon of three methods, in a process of its own: {@code RpcDaemonMain <socket>}. It ends with who opens {@code lifeline}. */
final class RpcDaemonMain {
    private static final Duration PAUSE = Duration.ofMillis(1);

    private final Queue<RpcSink> sinks = new ConcurrentLinkedQueue<>();
    private final Time time = Time.system();
    private final long pid = ProcessHandle.current().pid();
    private final long started = time.nanos();

    private RpcDaemonMain() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        RpcDaemonMain daemon = new RpcDaemonMain();
        RpcServer.open(RpcServerOptions.at(Path.of(args[0])), daemon.handlers(), RpcPorts.system());
        RpcEcho.start(RpcRig.echoBeside(Path.of(args[0])));
        Thread.currentThread().join();
    }

    private List<RpcHandler> handlers() {
        return List.of(
                RpcMethod.instant("daemon.health", (params, call) -> health()),
                RpcMethod.of("collect", (params, call) -> collect()),
                RpcMethod.of("publish", this::publish),
                RpcStream.of("events", this::subscribe),
                RpcStream.of(
                        "lifeline",
                        (params, call, sink) -> () -> Runtime.getRuntime().halt(0)));
    }

    private Map<String, Object> health() {
        double uptime = (time.nanos() - started) / 1e9;
        return Map.of("status", "ok", "pid", pid, "uptime_seconds", uptime, "shutting_down", false);
    }

    /** So that what is measured is what is in use. */
    private static String collect() {
        System.gc();
        return "done";
    }

    private RpcSubscription subscribe(RpcParams params, RpcCall call, RpcSink sink) {
        sinks.add(sink);
        return () -> sinks.remove(sink);
    }

    /** Sends events at a pace; each tells its number and its time. */
    private Object publish(RpcParams params, RpcCall call) throws RpcException, InterruptedException {
        long events = params.whole("events", 1, 1, Integer.MAX_VALUE);
        long rate = params.whole("rate", 1, 1, 1_000_000);
        long begin = time.nanos();
        for (long sent = 0; sent < events; ) {
            long due = Math.min(events, (time.nanos() - begin) * rate / 1_000_000_000);
            for (; sent < due; sent++) publish(sent);
            if (sent < events) time.sleep(PAUSE);
        }
        return (time.nanos() - begin) / 1e9;
    }

    private void publish(long number) {
        RpcNotification event = RpcNotification.of(
                "monitor.event",
                Map.of("n", number, "at", time.nanos(), "event", "task.done", "id", "0190b6a7-millrace-" + number));
        for (RpcSink sink : sinks) sink.send(event);
    }
}
