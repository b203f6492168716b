package dev.millrace.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.control.ControlLimits;
import dev.millrace.control.ControlOptions;
import dev.millrace.control.ResourceProbe;
import dev.millrace.control.ServiceControl;
import dev.millrace.json.Json;
import dev.millrace.lifecycle.ServicePorts;
import dev.millrace.rpc.RpcCall;
import dev.millrace.rpc.RpcException;
import dev.millrace.rpc.RpcHandler;
import dev.millrace.rpc.RpcMethod;
import dev.millrace.rpc.RpcParams;
import dev.millrace.rpc.RpcStream;
import dev.millrace.rpc.method.ControlMethods;
import dev.millrace.rpc.method.DaemonHost;
import dev.millrace.rpc.server.RpcLimits;
import dev.millrace.rpc.server.RpcLoad;
import dev.millrace.rpc.server.RpcPorts;
import dev.millrace.rpc.server.RpcServer;
import dev.millrace.rpc.server.RpcServerOptions;
import dev.millrace.settings.AppEnv;
import dev.millrace.time.Time;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A daemon with all that the real one serves, and three methods more to measure it with, in a process of its own:
 * {@code RpcDaemonMain <socket> <folder>}. It ends with who opens {@code lifeline}.
 */
final class RpcDaemonMain implements DaemonHost {
    private static final Duration PAUSE = Duration.ofMillis(1);
    private static final Duration LOOK = Duration.ofMillis(100);

    /** 500 that are idle, 50 streams, and those that ask. */
    private static final int CONNECTIONS = 600;

    private final Time time = Time.system();
    private volatile @Nullable RpcServer serving;

    private RpcDaemonMain() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        new RpcDaemonMain().serve(Path.of(args[0]), Path.of(args[1]));
    }

    private void serve(Path socket, Path folder) throws IOException, InterruptedException {
        ControlOptions options = new ControlOptions(
                folder,
                new AppEnv.Environment(Map.of(), folder, Optional.of(folder.resolve("share"))),
                ControlLimits.defaults(),
                Optional.empty());
        try (ServiceControl control = ServiceControl.open(options, ServicePorts.system(), ResourceProbe.ofSystem());
                ControlMethods methods = ControlMethods.of(control, this)) {
            List<RpcHandler> handlers = new ArrayList<>(methods.handlers());
            handlers.addAll(toMeasureWith(control));
            RpcServerOptions server =
                    RpcServerOptions.at(socket).withLimits(RpcLimits.defaults().withConnections(CONNECTIONS));
            serving = RpcServer.open(server, handlers, RpcPorts.system());
            RpcEcho.start(RpcRig.echoBeside(socket));
            while (!Thread.currentThread().isInterrupted()) {
                control.step();
                time.sleep(LOOK);
            }
        }
    }

    private List<RpcHandler> toMeasureWith(ServiceControl control) {
        return List.of(
                RpcMethod.of("collect", (params, call) -> collect()),
                RpcMethod.of("publish", (params, call) -> publish(control, params, call)),
                RpcStream.of(
                        "lifeline",
                        (params, call, sink) -> () -> Runtime.getRuntime().halt(0)));
    }

    /** So that what is measured is what is in use. */
    private static String collect() {
        System.gc();
        return "done";
    }

    /** Adds events to the ring at a pace; each tells its number and its time. */
    private Object publish(ServiceControl control, RpcParams params, RpcCall call)
            throws RpcException, InterruptedException {
        long events = params.whole("events", 1, 1, Integer.MAX_VALUE);
        long rate = params.whole("rate", 1, 1, 1_000_000);
        long begin = time.nanos();
        for (long sent = 0; sent < events && !call.isAbandoned(); ) {
            long due = Math.min(events, (time.nanos() - begin) * rate / 1_000_000_000);
            for (; sent < due; sent++) control.events().add("task.done", event(sent));
            if (sent < events) time.sleep(PAUSE);
        }
        return (time.nanos() - begin) / 1e9;
    }

    private ObjectNode event(long number) {
        return Json.object()
                .put("n", number)
                .put("nanos", time.nanos())
                .put("service", "bench")
                .put("task_id", "0190b6a7-millrace-" + number);
    }

    @Override
    public long pid() {
        return ProcessHandle.current().pid();
    }

    @Override
    public String version() {
        return "bench";
    }

    @Override
    public ObjectNode settings() {
        return Json.object();
    }

    @Override
    public RpcLoad load() {
        RpcServer server = serving;
        return server == null ? RpcLoad.NONE : server.load();
    }

    @Override
    public void shutdown(boolean graceful) {
        Runtime.getRuntime().halt(0);
    }
}
