package dev.millrace.soak.fuzz;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What came of it.
 *
 * @param documents how many were made up, by what they were to be
 * @param rounds how many rounds there were
 * @param refused how many of them were put aside or refused, with a reason
 * @param descriptors files that were open at the end and were not at the beginning; 0 where the system does not tell
 * @param slowestMillis the longest that one round took
 * @param failure why a round failed, with its seed and stack; empty when none has
 * @param saved where its documents lie
 */
public record FuzzReport(
        Map<String, Long> documents,
        long rounds,
        long refused,
        int descriptors,
        long slowestMillis,
        Optional<String> failure,
        Optional<Path> saved) {
    /** A few may be opened by the virtual machine itself. */
    private static final int MOST_DESCRIPTORS = 10;

    public FuzzReport {
        documents = Map.copyOf(documents);
    }

    /** Nothing crashed, hung, was lost or left open. */
    public boolean isGood() {
        return failure.isEmpty() && descriptors <= MOST_DESCRIPTORS;
    }

    /** How many documents were made up in all. */
    public long total() {
        return documents.values().stream().mapToLong(Long::longValue).sum();
    }

    /** For people. */
    public List<String> toLines() {
        List<String> lines = new java.util.ArrayList<>();
        lines.add(total() + " documents in " + rounds + " rounds: " + new java.util.TreeMap<>(documents));
        lines.add(refused + " were refused with a reason; the slowest round took " + slowestMillis + " ms; "
                + descriptors + " more files are open than at the beginning");
        failure.ifPresent(lines::add);
        saved.ifPresent(folder -> lines.add("its documents: " + folder));
        lines.add(isGood() ? "verdict: good" : "verdict: BAD");
        return lines;
    }
}
