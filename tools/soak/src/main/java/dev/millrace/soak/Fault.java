package dev.millrace.soak;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a soak may do to a service. */
enum Fault {
    /** kill -9 of workers, stewards and submitters. */
    KILL,
    /** SIGSTOP of a worker for longer than the heartbeat timeout, then SIGCONT. */
    STOP,
    /** The disk is full for a while. */
    DISK,
    /** The queue's folders cannot be changed for a while. */
    READONLY,
    /** The wall clock of one worker jumps. */
    CLOCK;

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<Fault> of(String word) {
        return Arrays.stream(values())
                .filter(fault -> fault.word().equals(word))
                .findFirst();
    }

    static List<String> words() {
        return Arrays.stream(values()).map(Fault::word).toList();
    }
}
