package dev.millrace.soak;

import dev.millrace.soak.Crew.Hand;
import dev.millrace.soak.Strikes.Sort;
import dev.millrace.time.Time;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;

/** Sets the wall clocks of single workers and, less often, submitters, by seconds to days, either way. */
final class Clocks {
    private static final long[] JUMPS = {-172_800, -3_700, -60, -2, 2, 60, 3_700, 172_800};

    private static final int SUBMITTERS_SHARE = 25;

    private final RunFolder run;
    private final Crew crew;
    private final Strikes strikes;
    private final RandomGenerator random;
    private final Time time;
    private final Duration every;
    private long next;

    Clocks(RunFolder run, Crew crew, Strikes strikes, RandomGenerator random, Time time, Duration every) {
        this.run = run;
        this.crew = crew;
        this.strikes = strikes;
        this.random = random;
        this.time = time;
        this.every = every;
        this.next = time.nanos() + every.toNanos();
    }

    void step() throws IOException {
        if (time.nanos() < next) return;
        List<Hand> hands = random.nextInt(100) < SUBMITTERS_SHARE ? crew.submitters() : crew.workers();
        if (hands.isEmpty()) return;
        next = time.nanos() + (long) (every.toNanos() * (0.5 + random.nextDouble()));
        Hand hand = hands.get(random.nextInt(hands.size()));
        strikes.note(Sort.CLOCK, hand.name());
        set(run.clocks().resolve(hand.name()), JUMPS[random.nextInt(JUMPS.length)]);
    }

    private static void set(Path file, long seconds) throws IOException {
        Files.writeString(file, Long.toString(seconds));
    }

    /**
     * All clocks show the same, soon after this returns: a time by which everything is due. A retry that a worker with a
     * wrong clock has put off for a moment may be due in two days by anybody else's.
     */
    void end() throws IOException {
        set(run.lateClock(), 2 * JUMPS[JUMPS.length - 1]);
    }
}
