package dev.millrace.rpc.method;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.rpc.RpcErrorCode;
import dev.millrace.rpc.RpcException;
import dev.millrace.rpc.RpcNotification;
import dev.millrace.rpc.RpcParams;
import dev.millrace.rpc.RpcSink;
import dev.millrace.rpc.RpcSubscription;
import dev.millrace.rpc.method.MethodSpec.Surroundings;
import dev.millrace.time.Time;
import java.io.IOException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * {@code daemon.top.stream}: the same snapshot as daemon.top, again and again. One thread serves all subscribers, and those
 * who are due at the same moment share a snapshot: two hundred of them cost no more looks than one does.
 */
final class TopStream implements AutoCloseable {
    /** Half of the shortest interval. */
    private static final long SHARED_NANOS = 50_000_000L;

    private final Snapshots snapshots;
    private final Time time;
    private final ScheduledThreadPoolExecutor clock = clock();

    // Of the one thread alone.
    private @Nullable RpcNotification latest;
    private long takenAtNanos;

    /** Where they come from. */
    interface Snapshots {
        ObjectNode take() throws IOException;
    }

    TopStream(Surroundings around) {
        this(() -> TopSnapshot.take(around), Time.system());
    }

    TopStream(Snapshots snapshots, Time time) {
        this.snapshots = snapshots;
        this.time = time;
    }

    /** Whoever has gone is forgotten at once, and not when the next snapshot would have been due. */
    private static ScheduledThreadPoolExecutor clock() {
        ThreadFactory threads = work -> {
            Thread thread = new Thread(work, "millrace-top");
            thread.setDaemon(true);
            return thread;
        };
        // Whoever goes after the end is not held any more.
        ScheduledThreadPoolExecutor clock =
                new ScheduledThreadPoolExecutor(1, threads, new ThreadPoolExecutor.DiscardPolicy());
        clock.setRemoveOnCancelPolicy(true);
        return clock;
    }

    static MethodSpec spec() {
        return new MethodSpec(
                "daemon.top.stream",
                "Streams snapshots as daemon.top takes them, each a notification top.snapshot; the first one at once.",
                Shape.object()
                        .may("interval_sec", "number", "how often, 0.1 to 3600", 2)
                        .json(),
                TopSnapshot.shape().json(),
                dev.millrace.rpc.RpcMethod.Lane.SLOT,
                null);
    }

    RpcSubscription open(RpcParams params, RpcSink sink) throws RpcException {
        double seconds = params.number("interval_sec").orElse(2);
        if (!(seconds >= 0.1 && seconds <= 3_600))
            throw RpcException.invalidParam("interval_sec", "'interval_sec' must be 0.1 to 3600");
        long micros = Math.round(seconds * 1e6);
        Future<?> ticking = clock.scheduleWithFixedDelay(() -> send(sink), 0, micros, TimeUnit.MICROSECONDS);
        // On the same thread: one that ends to run at this moment would put itself back in line.
        return () -> clock.execute(() -> ticking.cancel(false));
    }

    /** Whatever is thrown here would end the ticking, and its subscriber would wait for ever. */
    private void send(RpcSink sink) {
        try {
            sink.send(snapshot());
        } catch (IOException | RuntimeException | Error e) {
            sink.fail(RpcException.of(RpcErrorCode.INTERNAL_ERROR, "cannot look at the services: " + e));
        }
    }

    /** How many are held until their next snapshot is due. */
    int held() {
        return clock.getQueue().size();
    }

    private RpcNotification snapshot() throws IOException {
        RpcNotification known = latest;
        if (known != null && time.nanos() - takenAtNanos < SHARED_NANOS) return known;
        RpcNotification taken = RpcNotification.of("top.snapshot", snapshots.take());
        takenAtNanos = time.nanos();
        latest = taken;
        return taken;
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
