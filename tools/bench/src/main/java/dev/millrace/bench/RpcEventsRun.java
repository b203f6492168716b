package dev.millrace.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.rpc.client.DaemonException;
import dev.millrace.rpc.client.DaemonStream;
import dev.millrace.rpc.client.StreamItem;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Events at a fixed pace to several subscribers, each through a client's stream: whether all arrive, and how late. */
final class RpcEventsRun implements Measurement {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Override
    public Values run(Assignment assignment) throws Exception {
        int subscribers = assignment.whole("subscribers", 10);
        int rate = assignment.whole("rate", 10_000);
        try (RpcRig rig = RpcRig.start(assignment)) {
            ExecutorService threads = Executors.newFixedThreadPool(subscribers);
            try {
                round(rig, threads, subscribers, assignment.whole("events", 50_000), rate);
                return round(rig, threads, subscribers, assignment.whole("events", 50_000), rate);
            } finally {
                threads.shutdownNow();
            }
        }
    }

    private static Values round(RpcRig rig, ExecutorService threads, int subscribers, int events, int rate)
            throws Exception {
        List<Future<long[]>> parts = new ArrayList<>();
        List<DaemonStream> streams = new ArrayList<>();
        for (int i = 0; i < subscribers; i++) {
            DaemonStream stream = rig.client().stream("daemon.monitor.stream", Map.of());
            streams.add(stream);
            parts.add(threads.submit(() -> read(rig, stream, events)));
        }
        Proc before = rig.daemon();
        double length = rig.client()
                .call("publish", Map.of("events", events, "rate", rate))
                .doubleValue();
        long[] late = new long[subscribers * events];
        for (int i = 0; i < subscribers; i++) {
            System.arraycopy(parts.get(i).get(), 0, late, i * events, events);
            streams.get(i).close();
        }
        long[] arrived = Arrays.stream(late).filter(one -> one >= 0).toArray();
        Proc after = rig.daemon();
        return Values.none()
                .with(Values.RATE, events / length)
                .with(Values.LOST, (double) late.length - arrived.length)
                .with(Values.CPU_US, (after.cpuSeconds() - before.cpuSeconds()) * 1e6 / events)
                .with(Values.MEMORY_MB, after.peakMemoryMb())
                .withTimes(arrived);
    }

    /** How late each event was; -1 for one that never came. */
    private static long[] read(RpcRig rig, DaemonStream stream, int events)
            throws DaemonException, InterruptedException, IOException {
        long[] late = new long[events];
        Arrays.fill(late, -1);
        long expected = 0;
        while (expected < events) {
            StreamItem item = stream.next(PATIENCE);
            if (!(item instanceof StreamItem.Event event)) continue;
            JsonNode data = event.params().path("data");
            if (!data.has("nanos")) continue;
            long number = data.path("n").longValue();
            if (number < expected) throw new IOException("event " + number + " came twice or late");
            expected = number + 1;
            late[(int) number] = rig.now() - data.path("nanos").longValue();
        }
        return late;
    }
}
