package dev.millrace.soak;

import dev.millrace.liveness.ProcessIdentity;
import dev.millrace.liveness.Processes;
import dev.millrace.liveness.Processes.Existence;
import dev.millrace.time.Time;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What every process of a run does: it says that it is there, ends when the run's own process is gone, and follows what is
 * asked of its clock.
 */
record Belonging(RunFolder run, Processes processes, Time time) {
    private static final Duration LOOK = Duration.ofMillis(100);
    private static final int OWNER_EVERY = 10;

    /** Begins; the clock is the one to be set. */
    void begin(ShiftedTime clock) throws IOException {
        ProcessIdentity self = processes.self();
        Path me = run.processes().resolve(RunFolder.nameOf(self));
        if (!Files.exists(me)) Files.createFile(me);
        ProcessIdentity owner = RunFolder.processOf(Files.readString(run.owner()), self);
        Thread watch =
                new Thread(() -> watch(owner, run.clocks().resolve(RunFolder.nameOf(self)), clock), "soak-watch");
        watch.setDaemon(true);
        watch.start();
    }

    private void watch(ProcessIdentity owner, Path offset, ShiftedTime clock) {
        try {
            for (int look = 0; look % OWNER_EVERY != 0 || processes.look(owner) != Existence.GONE; look++) {
                if (Files.exists(run.lateClock())) follow(run.lateClock(), clock);
                else if (Files.exists(offset)) follow(offset, clock);
                time.sleep(LOOK);
            }
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(1);
    }

    /** A number that is being written now is read the next time. */
    private static void follow(Path offset, ShiftedTime clock) {
        try {
            clock.shift(
                    Duration.ofSeconds(Long.parseLong(Files.readString(offset).strip())));
        } catch (IOException | NumberFormatException next) {
            // soon
        }
    }
}
