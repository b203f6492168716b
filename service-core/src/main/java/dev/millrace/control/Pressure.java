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
 * @param problem why nothing could be measured; empty when it could
 */
public record Pressure(Optional<Resources> resources, double memory, double processes, String problem) {
    /** From here on no work is accepted. */
    public static final double FULL = 0.80;

    /** From here on jobs are paused. */
    public static final double SHED = 0.95;

    /** Below this, what was paused goes on: well below where it is paused, so that it does not flap. */
    public static final double RELIEVED = 0.75;

    /** In words. */
    public enum Level {
        NONE,
        LOW,
        MEDIUM,
        HIGH,
        CRITICAL;

        /** The word in answers. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static Pressure of(Resources resources, ControlLimits limits) {
        return new Pressure(
                Optional.of(resources),
                resources.memoryMb() / limits.maxMemoryMb(),
                (double) resources.processes() / limits.maxProcesses(),
                "");
    }

    static Pressure unknown(String problem) {
        return new Pressure(Optional.empty(), 1, 1, problem);
    }

    /** What cannot be measured counts as full. */
    public double share() {
        return Math.max(memory, processes);
    }

    /** True below four fifths of every limit. */
    public boolean accepts() {
        return resources.isPresent() && memory < FULL && processes < FULL;
    }

    /** What follows from memory; at a limit itself the lower level holds. */
    public Level level() {
        if (!accepts() || memory > SHED) return Level.CRITICAL;
        if (memory > 0.70) return Level.MEDIUM;
        return memory > 0.50 ? Level.LOW : Level.NONE;
    }

    /** For answers. */
    public ObjectNode toJson(ControlLimits limits) {
        ObjectNode json = Json.object();
        json.put("memory_mb", resources.map(Resources::memoryMb).orElse(0.0));
        json.put("memory_limit_mb", limits.maxMemoryMb());
        json.put("child_processes", resources.map(Resources::processes).orElse(0));
        json.put("process_limit", limits.maxProcesses());
        json.put("pressure", level().word());
        if (!problem.isEmpty()) json.put("probe_error", problem);
        return json;
    }
}
