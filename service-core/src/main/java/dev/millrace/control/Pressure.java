package dev.millrace.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import java.util.Locale;
import java.util.Optional;

/**
 * How close the daemon and its services' workers are to their limits.
 *
 * @param resources what was measured; empty when that failed
 * @param memory the share of {@code max_memory_mb} that is used, from 0; not bounded
 * @param processes the share of {@code max_processes} that is used
 * @param level what follows from both, after the level before
 * @param problem why nothing could be measured; empty when it could
 */
public record Pressure(Optional<Resources> resources, double memory, double processes, Level level, String problem) {
    /** From here on no work is accepted. */
    public static final double FULL = 0.80;

    /** From here on jobs are paused. */
    public static final double SHED = 0.95;

    /** Below this, what was paused goes on: well below where it is paused, so that it does not flap. */
    public static final double RELIEVED = 0.75;

    private static final double MEDIUM = 0.70;
    private static final double LOW = 0.50;
    /** A level is left this far below where it begins, so that it does not flap. */
    private static final double SLACK = 0.05;

    /** In words. A limit itself still belongs to the level below; only {@link #CRITICAL} begins at its limit. */
    public enum Level {
        /** At most half of the memory is used. */
        NONE,
        /** More than half of the memory. */
        LOW,
        /** More than 70% of the memory. */
        MEDIUM,
        /** Work is accepted again, but what was paused does not go on yet. */
        HIGH,
        /** No work is accepted: four fifths of a limit are used, or nothing can be measured. */
        CRITICAL;

        /** The word in answers. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static Pressure of(Resources resources, ControlLimits limits, Level before) {
        double memory = resources.memoryMb() / limits.maxMemoryMb();
        double processes = (double) resources.processes() / limits.maxProcesses();
        return new Pressure(
                Optional.of(resources), memory, processes, levelAfter(before, memory, Math.max(memory, processes)), "");
    }

    static Pressure unknown(String problem) {
        return new Pressure(Optional.empty(), 1, 1, Level.CRITICAL, problem);
    }

    private static Level levelAfter(Level before, double memory, double share) {
        if (share >= FULL) return Level.CRITICAL;
        if (before.compareTo(Level.HIGH) >= 0 && share >= RELIEVED) return Level.HIGH;
        Level entered = ofMemory(memory);
        Level kept = ofMemory(memory + SLACK);
        if (before.compareTo(kept) >= 0) return kept;
        return before.compareTo(entered) >= 0 ? before : entered;
    }

    private static Level ofMemory(double memory) {
        if (memory > MEDIUM) return Level.MEDIUM;
        return memory > LOW ? Level.LOW : Level.NONE;
    }

    /** What cannot be measured counts as full. */
    public double share() {
        return Math.max(memory, processes);
    }

    /** True below four fifths of every limit. */
    public boolean accepts() {
        return resources.isPresent() && memory < FULL && processes < FULL;
    }

    /** For answers; the level is that of {@link Readiness} where a kind is held back by its rate, too. */
    ObjectNode toJson(ControlLimits limits, Level shown) {
        ObjectNode json = Json.object();
        json.put("memory_mb", resources.map(Resources::memoryMb).orElse(0.0));
        json.put("memory_limit_mb", limits.maxMemoryMb());
        json.put("child_processes", resources.map(Resources::processes).orElse(0));
        json.put("process_limit", limits.maxProcesses());
        json.put("pressure", shown.word());
        if (!problem.isEmpty()) json.put("probe_error", problem);
        return json;
    }
}
