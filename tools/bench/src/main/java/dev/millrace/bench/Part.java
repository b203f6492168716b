package dev.millrace.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What can be measured. The limits of the disk are measured with every part. */
enum Part {
    SUBMIT,
    DRAIN,
    LATENCY,
    DEATH,
    DEPTH,
    IDLE,
    HEALTH,
    RPC,
    COLDSTART;

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<Part> of(String word) {
        return Arrays.stream(values()).filter(part -> part.word().equals(word)).findFirst();
    }

    static List<String> words() {
        return Arrays.stream(values()).map(Part::word).toList();
    }
}
