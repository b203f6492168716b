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
 * @param checksum equal when the same documents were made up in the same order
 * @param refused how many of them were put aside or refused, with a reason
 * @param descriptors files that were open at the end and were not when a quarter was done; 0 where the system does not tell
 * @param onDisk rounds on the real disk between these two moments
 * @param slowestMillis the longest that one round took
 * @param failure why a round failed, with its seed and stack; empty when none has
 * @param saved where its documents lie
 */
public record FuzzReport(
        Map<String, Long> documents,
        long rounds,
        long checksum,
        long refused,
        int descriptors,
        long onDisk,
        long slowestMillis,
        Optional<String> failure,
        Optional<Path> saved) {
    /** A few may be opened by the virtual machine itself; of more rounds than that none may leave a file open. */
    public static final int MOST_DESCRIPTORS = 3;

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
                + descriptors + " more files are open after the last " + onDisk + " rounds on the real disk");
        failure.ifPresent(lines::add);
        saved.ifPresent(folder -> lines.add("its documents: " + folder));
        lines.add(isGood() ? "verdict: good" : "verdict: BAD");
        return lines;
    }
}
