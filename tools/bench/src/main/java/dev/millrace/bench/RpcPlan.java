package dev.millrace.bench;

import java.util.List;

/** What of the daemon's socket is measured. The goals are those of the design. */
final class RpcPlan {
    private static final int SECONDS = 5;

    private RpcPlan() {}

    static List<Contender> of(BenchOptions options) {
        int calls = options.tasksOr(100_000);
        return List.of(
                contender("daemon.health, 8 callers, a connection each", Measurement.Name.RPC_CALLS)
                        .with("calls", calls)
                        .with("callers", 8)
                        .toReach(Values.RATE, 20_000),
                contender("daemon.health, 20,000 a second over 8 connections", Measurement.Name.RPC_PACED)
                        .with("calls", calls)
                        .with("rate", 20_000)
                        .with("connections", 8)
                        .toReach(Values.P99_MS, 5),
                contender("the same to a bare echo, for comparison", Measurement.Name.RPC_PACED)
                        .with("calls", calls)
                        .with("rate", 20_000)
                        .with("connections", 8)
                        .with("socket", "echo"),
                contender("500 idle connections and 50 streams", Measurement.Name.RPC_IDLE)
                        .with("idle", options.atMost(500))
                        .with("streams", options.atMost(50))
                        .toReach(Values.COST_MB, 64),
                contender("10,000 events a second to 10 subscribers", Measurement.Name.RPC_EVENTS)
                        .with("events", Math.min(SECONDS * 10_000, calls))
                        .with("rate", 10_000)
                        .with("subscribers", 10)
                        .toReach(Values.LOST, 0));
    }

    private static Contender contender(String name, Measurement.Name measurement) {
        return Contender.of(Part.RPC, name, measurement);
    }
}
