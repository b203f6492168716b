package dev.millrace.rpc.method;

import dev.millrace.rpc.RpcErrorCode;
import dev.millrace.rpc.RpcException;
import dev.millrace.rpc.RpcNotification;
import dev.millrace.rpc.RpcParams;
import dev.millrace.rpc.RpcSink;
import dev.millrace.rpc.RpcSubscription;
import dev.millrace.rpc.method.MethodSpec.Surroundings;
import java.io.IOException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** {@code daemon.top.stream}: the same snapshot as daemon.top, again and again. One thread serves all subscribers. */
final class TopStream implements AutoCloseable {
    private final Surroundings around;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "millrace-top");
        thread.setDaemon(true);
        return thread;
    });

    TopStream(Surroundings around) {
        this.around = around;
    }

    static MethodSpec spec() {
        return new MethodSpec(
                "daemon.top.stream",
                "Streams snapshots as daemon.top takes them, each a notification top.snapshot; the first one at once.",
                Shape.object()
                        .may("interval_sec", "number", "how often, 0.1 to 3600", 2)
                        .json(),
                DaemonMethods.topShape().json(),
                dev.millrace.rpc.RpcMethod.Lane.SLOT,
                null);
    }

    RpcSubscription open(RpcParams params, RpcSink sink) throws RpcException {
        double seconds = params.number("interval_sec").orElse(2);
        if (!(seconds >= 0.1 && seconds <= 3_600))
            throw RpcException.invalidParam("interval_sec", "'interval_sec' must be 0.1 to 3600");
        long micros = Math.round(seconds * 1e6);
        Future<?> ticking = clock.scheduleWithFixedDelay(() -> send(sink), 0, micros, TimeUnit.MICROSECONDS);
        return () -> ticking.cancel(false);
    }

    private void send(RpcSink sink) {
        try {
            sink.send(RpcNotification.of("top.snapshot", DaemonMethods.top(around.control(), around.host())));
        } catch (IOException | RuntimeException e) {
            sink.fail(RpcException.of(RpcErrorCode.INTERNAL_ERROR, "cannot look at the services: " + e.getMessage()));
        }
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
