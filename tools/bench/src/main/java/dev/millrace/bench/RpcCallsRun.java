package dev.millrace.bench;

import dev.millrace.rpc.client.DaemonException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Callers that each call again as soon as they are answered, through the client that everybody uses. */
final class RpcCallsRun implements Measurement {
    @Override
    public Values run(Assignment assignment) throws Exception {
        int callers = assignment.whole("callers", 8);
        int each = Math.max(1, assignment.whole("calls", 100_000) / callers);
        try (RpcRig rig = RpcRig.start(assignment)) {
            ExecutorService threads = Executors.newFixedThreadPool(callers);
            try {
                measured(rig, threads, callers, each);
                Proc before = rig.daemon();
                long begin = rig.now();
                long[] took = measured(rig, threads, callers, each);
                double length = (rig.now() - begin) / 1e9;
                Proc after = rig.daemon();
                return Values.none()
                        .with(Values.RATE, took.length / length)
                        .with(Values.CPU_US, (after.cpuSeconds() - before.cpuSeconds()) * 1e6 / took.length)
                        .with(Values.MEMORY_MB, after.peakMemoryMb())
                        .withTimes(took);
            } finally {
                threads.shutdownNow();
            }
        }
    }

    private static long[] measured(RpcRig rig, ExecutorService threads, int callers, int each) throws Exception {
        List<Future<long[]>> parts = new ArrayList<>();
        for (int i = 0; i < callers; i++) parts.add(threads.submit(() -> calls(rig, each)));
        long[] all = new long[callers * each];
        for (int i = 0; i < callers; i++) System.arraycopy(parts.get(i).get(), 0, all, i * each, each);
        Arrays.sort(all);
        return all;
    }

    private static long[] calls(RpcRig rig, int count) throws DaemonException, InterruptedException {
        long[] took = new long[count];
        for (int i = 0; i < count; i++) {
            long begin = rig.now();
            rig.client().health();
            took[i] = rig.now() - begin;
        }
        return took;
    }
}
