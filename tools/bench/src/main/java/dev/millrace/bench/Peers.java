package dev.millrace.bench;

import dev.millrace.bench.Plan.Skipped;
import java.util.ArrayList;
import java.util.List;

/** Which peers are measured, for which parts, with how many tasks: the slow ones with fewer, so that a run ends. */
final class Peers {
    private final BenchOptions options;
    private final List<Contender> found = new ArrayList<>();

    private Peers(BenchOptions options) {
        this.options = options;
    }

    /** One product on one database. */
    private record Product(String name, String peer, boolean postgres) {}

    static List<Contender> of(BenchOptions options, List<Skipped> skipped) {
        Peers peers = new Peers(options);
        peers.add(false);
        if (options.postgres().isPresent()) peers.add(true);
        else skipped.add(new Skipped("peers on PostgreSQL", "no --postgres URL was given"));
        return peers.found;
    }

    private void add(boolean postgres) {
        String on = postgres ? " on PostgreSQL" : " on SQLite";
        Product loop = new Product((postgres ? "SKIP LOCKED by hand" : "table by hand") + on, "loop", postgres);
        Product scheduler = new Product("db-scheduler" + on, "db-scheduler", postgres);
        Product jobrunr = new Product("JobRunr" + on, "jobrunr", postgres);
        for (Part part : List.of(Part.SUBMIT, Part.DRAIN, Part.LATENCY)) {
            if (!options.parts().contains(part)) continue;
            switch (part) {
                case SUBMIT -> List.of(loop, scheduler, jobrunr).forEach(this::addSubmit);
                case DRAIN -> addDrain(loop, scheduler, jobrunr);
                default -> addLatency(loop, scheduler, jobrunr);
            }
        }
    }

    private Contender peer(Part part, Product product, String how) {
        Contender one = Contender.of(part, product.name() + how, Measurement.Name.PEER)
                .with("part", part.word())
                .with("peer", product.peer());
        return product.postgres() ? one.with("postgres", options.postgres().orElse("")) : one;
    }

    private void addSubmit(Product product) {
        found.add(peer(Part.SUBMIT, product, ", one caller")
                .with("tasks", options.tasksOr(5_000))
                .inLeague(Plan.ONE_BY_ONE));
        found.add(peer(Part.SUBMIT, product, ", by 1000")
                .with("tasks", product.peer().equals("loop") ? 5 * options.tasksOr(20_000) : options.tasksOr(20_000))
                .with("at_once", 1_000)
                .inLeague(Plan.MANY));
    }

    private void addDrain(Product loop, Product scheduler, Product jobrunr) {
        int tasks = options.tasksOr(20_000);
        for (int workers : loop.postgres() ? new int[] {1, 8} : new int[] {1}) {
            found.add(drain(loop, workers, tasks, "").inLeague(Plan.ONE_BY_ONE));
            found.add(drain(loop, workers, 5 * tasks, ", by 50").with("by", 50).inLeague(Plan.MANY));
        }
        found.add(drain(scheduler, 20, options.tasksOr(scheduler.postgres() ? 20_000 : 5_000), "")
                .inLeague(Plan.ONE_BY_ONE));
        for (int workers : jobrunr.postgres() ? new int[] {16, 64} : new int[] {16})
            found.add(drain(jobrunr, workers, options.tasksOr(8_000), "").inLeague(Plan.ONE_BY_ONE));
    }

    private Contender drain(Product product, int workers, int tasks, String how) {
        return peer(Part.DRAIN, product, ", " + workers + (workers == 1 ? " thread" : " threads") + how)
                .with("workers", workers)
                .with("tasks", tasks);
    }

    /** One that polls every five seconds gets few samples. */
    private void addLatency(Product loop, Product scheduler, Product jobrunr) {
        found.add(latency(loop, 1, options.atMost(300), options.atMost(Plan.LATENCY_WARM)));
        found.add(latency(scheduler, 8, options.atMost(300), options.atMost(Plan.LATENCY_WARM)));
        found.add(latency(jobrunr, 8, options.atMost(3), 1));
    }

    private Contender latency(Product product, int workers, int samples, int warm) {
        return peer(Part.LATENCY, product, "")
                .with("workers", workers)
                .with("samples", samples)
                .with("warm", warm)
                .inLeague(Plan.ONE_BY_ONE);
    }
}
