package dev.millrace.soak;

import dev.millrace.liveness.ProcessIdentity;
import dev.millrace.soak.Crew.Hand;
import dev.millrace.soak.Strikes.Sort;
import dev.millrace.time.Time;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Lets workers stand still for longer than the heartbeat timeout, and wakes them. Most are out of everybody's reach
 * meanwhile, as on a lost host: they wake up beside their successors and try to commit. The others may be ended.
 */
final class Sleepers {
    private static final Duration REST = Duration.ofSeconds(5);
    private static final int OUT_OF_REACH_PERCENT = 75;

    private final RunFolder run;
    private final Crew crew;
    private final Strikes strikes;
    private final RandomGenerator random;
    private final Time time;
    private final int most;
    private final Duration every;
    private final List<Sleeper> sleepers = new ArrayList<>();
    private long next;

    Sleepers(RunFolder run, Crew crew, Strikes strikes, RandomGenerator random, Time time, int most, Duration every) {
        this.run = run;
        this.crew = crew;
        this.strikes = strikes;
        this.random = random;
        this.time = time;
        this.most = most;
        this.every = every;
        this.next = time.nanos() + every.toNanos() / 2;
    }

    private static final class Sleeper {
        private final ProcessIdentity process;
        private final long wakesAt;
        private final long restsUntil;
        private boolean awake;

        private Sleeper(ProcessIdentity process, long wakesAt) {
            this.process = process;
            this.wakesAt = wakesAt;
            this.restsUntil = wakesAt + REST.toNanos();
        }
    }

    void step() throws IOException {
        wake(time.nanos());
        if (time.nanos() < next || sleepers.stream().filter(one -> !one.awake).count() >= most) return;
        List<Hand> ripe = crew.workers().stream()
                .filter(hand -> hand.isRipe(time.nanos()) && !names().contains(hand.name()))
                .toList();
        if (ripe.isEmpty()) return;
        next = time.nanos() + (long) (every.toNanos() * (0.5 + random.nextDouble()));
        stop(ripe.get(random.nextInt(ripe.size())));
    }

    private void stop(Hand hand) throws IOException {
        if (random.nextInt(100) < OUT_OF_REACH_PERCENT) Files.createFile(mark(hand.process));
        strikes.signal(Sort.STOP, hand.process);
        double times = 1.2 + random.nextDouble();
        sleepers.add(new Sleeper(hand.process, time.nanos() + (long) (Subject.HEARTBEAT_TIMEOUT.toNanos() * times)));
    }

    private void wake(long now) throws IOException {
        for (Sleeper one : sleepers)
            if (!one.awake && one.wakesAt <= now) {
                one.awake = true;
                strikes.signal(Sort.WAKE, one.process);
            }
        for (Sleeper one : sleepers) if (one.restsUntil <= now) Files.deleteIfExists(mark(one.process));
        sleepers.removeIf(one -> one.restsUntil <= now);
    }

    /** Everybody is awake and within reach when this returns. */
    void end() throws IOException {
        wake(Long.MAX_VALUE);
    }

    private Path mark(ProcessIdentity process) {
        return run.spared().resolve(RunFolder.nameOf(process));
    }

    /** Those that stand still or have just woken up. */
    Set<String> names() {
        Set<String> names = new HashSet<>();
        for (Sleeper one : sleepers) names.add(RunFolder.nameOf(one.process));
        return names;
    }
}
