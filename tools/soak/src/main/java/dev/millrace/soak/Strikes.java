package dev.millrace.soak;

import dev.millrace.liveness.ProcessIdentity;
import dev.millrace.liveness.Processes;
import dev.millrace.time.Time;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Signals to processes of the run, each written down before it is sent. */
final class Strikes implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final Processes processes;
    private final Ledger ledger;
    private final Map<Sort, Long> counts = new EnumMap<>(Sort.class);

    private Strikes(Processes processes, Ledger ledger) {
        this.processes = processes;
        this.ledger = ledger;
    }

    static Strikes of(RunFolder run, Processes processes, Time time) throws IOException {
        return new Strikes(processes, Ledger.open(run.ledger().resolve("strikes"), time));
    }

    /** What is done to whom. */
    enum Sort {
        /** kill -9 of a worker. */
        WORKER,
        /** kill -9 of the worker that keeps the house. */
        STEWARD,
        /** kill -9 of a submitter. */
        SUBMITTER,
        /** SIGSTOP. */
        STOP,
        /** SIGCONT. */
        WAKE,
        /** The wall clock of a worker or a submitter is set. */
        CLOCK,
        /** From now on no worker is there. */
        NOBODY,
        /** A worker has come. */
        SOMEBODY,
        /** The disk is full from now on. */
        DISK,
        /** Folders cannot be changed from now on. */
        READONLY,
        /** The disk is as it was. */
        RECOVERED;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        boolean isKill() {
            return this == WORKER || this == STEWARD || this == SUBMITTER;
        }
    }

    /** Only who lives is killed, and counts. */
    void kill(Sort sort, ProcessIdentity process) {
        if (processes.look(process) != Processes.Existence.ALIVE) return;
        note(sort, RunFolder.nameOf(process));
        processes.kill(process);
    }

    void signal(Sort sort, ProcessIdentity process) throws IOException {
        String name = sort == Sort.STOP ? "STOP" : "CONT";
        note(sort, RunFolder.nameOf(process));
        if (processes.look(process) == Processes.Existence.ALIVE)
            processes.run(List.of("sh", "-c", "kill -" + name + " " + process.pid()), LIMIT);
    }

    void note(Sort sort, String subject) {
        counts.merge(sort, 1L, Long::sum);
        ledger.note(Ledger.STRUCK, subject, sort.word());
    }

    long kills() {
        return counts.entrySet().stream()
                .filter(one -> one.getKey().isKill())
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    long of(Sort sort) {
        return counts.getOrDefault(sort, 0L);
    }

    @Override
    public void close() throws IOException {
        ledger.close();
    }
}
