package dev.millrace.soak;

import dev.millrace.liveness.Processes;
import dev.millrace.time.Time;
import dev.millrace.worker.TaskContext;
import dev.millrace.worker.TaskHandler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Runs a soak's tasks: takes as long as {@code ms} says, fails its first attempt when {@code fails} is set, and writes down
 * that it began and ended. Each run has a name, which is its result: so the record of a task tells which run it came from.
 */
public final class RunHandler implements TaskHandler {
    private static final AtomicLong RUNS = new AtomicLong();
    private static final Ledger LEDGER = open();

    private final Time time = Time.system();

    /** The ledger of this process. */
    static Ledger ledger() {
        return LEDGER;
    }

    private static Ledger open() {
        Path file = RunFolder.ofProcess()
                .ledger()
                .resolve("runs-" + RunFolder.nameOf(Processes.local().self()));
        try {
            return Ledger.open(file, Time.system());
        } catch (IOException e) {
            throw new UncheckedIOException("the ledger cannot be written: " + e.getMessage(), e);
        }
    }

    @Override
    public Object handle(TaskContext task) throws Exception {
        String run = RunFolder.nameOf(Processes.local().self()) + "/" + RUNS.incrementAndGet();
        LEDGER.note(Ledger.BEGINS, task.id(), run);
        long millis = task.args().path("ms").asLong();
        if (millis > 0) time.sleep(Duration.ofMillis(millis));
        if (task.args().path("fails").asBoolean() && task.attempt() == 1) {
            LEDGER.note(Ledger.FAILS, task.id(), run);
            throw new IOException("as it was asked to");
        }
        LEDGER.note(Ledger.ENDS, task.id(), run);
        return Map.of("run", run);
    }
}
