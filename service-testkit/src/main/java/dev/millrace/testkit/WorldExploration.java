package dev.millrace.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/** Runs worlds on several threads and adds up what they saw. */
final class WorldExploration {
    private final WorldOptions options;
    private final int mostFailures;
    private final WorldCounts sum = new WorldCounts();
    private final TreeMap<Long, WorldRun> failures = new TreeMap<>();
    private long seeds;

    /** @param mostFailures no more worlds are run after so many failures, at least 1 */
    WorldExploration(WorldOptions options, int mostFailures) {
        this.options = options;
        this.mostFailures = mostFailures;
    }

    WorldReport explore(long firstSeed, long count) {
        search(firstSeed, count);
        return report();
    }

    /** Only looks for failures: the first one by its seed, as it happened. */
    Optional<WorldRun> search(long firstSeed, long count) {
        AtomicLong next = new AtomicLong(firstSeed);
        List<Thread> lanes = new ArrayList<>();
        for (int i = 0; i < Math.min(options.lanes(), count); i++)
            lanes.add(new Thread(() -> run(next, firstSeed + count), "worlds " + i));
        lanes.forEach(Thread::start);
        try {
            for (Thread lane : lanes) lane.join();
        } catch (InterruptedException e) {
            next.set(firstSeed + count);
            Thread.currentThread().interrupt();
        }
        synchronized (this) {
            return failures.isEmpty()
                    ? Optional.empty()
                    : Optional.of(failures.firstEntry().getValue());
        }
    }

    /** The failing worlds by their seeds. */
    synchronized Map<Long, WorldRun> failures() {
        return new TreeMap<>(failures);
    }

    private void run(AtomicLong next, long end) {
        try (Baton baton = new Baton()) {
            for (long seed = next.getAndIncrement(); seed < end; seed = next.getAndIncrement())
                if (!add(new World(seed, Choices.random(seed), options, baton, false).run())) {
                    next.set(end);
                    return;
                }
        }
    }

    private synchronized boolean add(WorldRun run) {
        seeds++;
        sum.add(run.counts());
        if (run.broken().filter(options::seeks).isPresent()) failures.put(run.seed(), run);
        return failures.size() < mostFailures;
    }

    private synchronized WorldReport report() {
        Optional<WorldFailure> first = failures.isEmpty()
                ? Optional.empty()
                : Optional.of(new Shrinking(options, failures.firstEntry().getValue()).failure());
        return new WorldReport(
                seeds,
                sum.steps,
                sum.switches,
                sum.tasks,
                sum.ended,
                sum.kills,
                sum.powerCuts,
                sum.faults,
                sum.naps,
                sum.suspicions,
                sum.fenced,
                sum.rescued,
                count(Invariant.NOTHING_LOST),
                doubles(),
                failures.size(),
                first);
    }

    private long doubles() {
        return count(Invariant.ONE_PLACE)
                + count(Invariant.ONE_TERMINAL_RECORD)
                + count(Invariant.SEEN_RESULTS_STAY)
                + count(Invariant.SETTLED_STAYS);
    }

    private long count(Invariant invariant) {
        return failures.values().stream()
                .filter(run -> run.broken().orElseThrow().invariant() == invariant)
                .count();
    }
}
