package dev.millrace.soak;

import dev.millrace.time.Time;
import java.io.PrintStream;
import java.time.Duration;
import java.util.function.Supplier;

/** Says how far a run is, and notices that it goes no further. */
final class Progress {
    private static final Duration SAY_EVERY = Duration.ofSeconds(15);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Time time;
    private final PrintStream out;
    private final long began;
    private long mark = -1;
    private long moved;
    private long said;

    Progress(Time time, PrintStream out) {
        this.time = time;
        this.out = out;
        this.began = time.nanos();
        this.said = began;
    }

    /** Takes note of a number that grows while something happens; false when it has stood still for too long. */
    boolean isAlive(long newMark, Supplier<String> text) {
        long now = time.nanos();
        if (newMark != mark) moved = now;
        mark = newMark;
        if (now - said >= SAY_EVERY.toNanos()) {
            said = now;
            say(text.get());
        }
        return now - moved < PATIENCE.toNanos();
    }

    void say(String text) {
        out.println("[" + (time.nanos() - began) / 1_000_000_000 + " s] " + text);
        out.flush();
    }

    static String patience() {
        return PATIENCE.toSeconds() + " s";
    }
}
