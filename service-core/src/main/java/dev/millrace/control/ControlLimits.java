package dev.millrace.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.settings.SettingsException;
import dev.millrace.settings.TomlDocument;
import java.nio.file.Path;
import java.util.Map;

/**
 * What a daemon takes on. Everything here may change while it runs.
 *
 * @param maxMemoryMb how much memory the daemon and its services' workers may use, from 512
 * @param maxProcesses how many processes workers may be, from 5
 * @param maxPending how many tasks of a service may wait before further ones are refused, from 1
 * @param maxConcurrentJobs how many jobs of a service may run at once, 1 to 10000
 * @param maxJobHistory how many jobs that have ended are remembered for each service, from 10
 * @param monitorIntervalSec how often resources are measured, 0.1 to 3600
 */
public record ControlLimits(
        double maxMemoryMb,
        int maxProcesses,
        long maxPending,
        int maxConcurrentJobs,
        int maxJobHistory,
        double monitorIntervalSec) {
    private static final ControlLimits DEFAULTS = new ControlLimits(8_192, 50, 1_000_000, 15, 1_000, 15);

    /** @throws SettingsException naming the first value that cannot be */
    public ControlLimits {
        within("max_memory_mb", maxMemoryMb, 512, 1e9);
        within("max_processes", maxProcesses, 5, 1e6);
        within("max_pending", (double) maxPending, 1, 1e12);
        within("max_concurrent_jobs", maxConcurrentJobs, 1, 10_000);
        within("max_job_history", maxJobHistory, 10, 1e6);
        within("monitor_interval_sec", monitorIntervalSec, 0.1, 3_600);
    }

    private static void within(String key, double value, double least, double most) {
        if (!(value >= least && value <= most))
            throw SettingsException.of(key, "must be " + shown(least) + " to " + shown(most) + ", not " + shown(value));
    }

    private static String shown(double number) {
        return number == Math.rint(number) ? String.valueOf((long) number) : String.valueOf(number);
    }

    /** What holds when nobody says anything. */
    public static ControlLimits defaults() {
        return DEFAULTS;
    }

    /**
     * The table {@code [daemon]} of a TOML file; what it does not say takes its default. Its table {@code socket} is for
     * whoever listens.
     *
     * @throws SettingsException naming file and key of what is wrong, also of a key that is not known
     */
    public static ControlLimits read(Path file) {
        JsonNode table = TomlDocument.read(file).path("daemon");
        if (!table.isObject() && !table.isMissingNode())
            throw SettingsException.in(file, 0, "daemon", "must be a table, not " + table);
        if (table instanceof ObjectNode all) all.remove("socket");
        try {
            return of(table);
        } catch (SettingsException e) {
            throw SettingsException.in(file, 0, "daemon." + e.key(), e.problem());
        }
    }

    /** Those of a JSON object, see {@link #toJson}. */
    public static ControlLimits of(JsonNode json) {
        ObjectNode all = DEFAULTS.toJson();
        for (Map.Entry<String, JsonNode> entry : json.properties()) {
            if (!all.has(entry.getKey()))
                throw SettingsException.of(
                        entry.getKey(), "is not known; there are " + String.join(", ", DEFAULTS.names()));
            if (!entry.getValue().isNumber())
                throw SettingsException.of(entry.getKey(), "must be a number, not " + entry.getValue());
            all.set(entry.getKey(), entry.getValue());
        }
        return new ControlLimits(
                all.get("max_memory_mb").asDouble(),
                whole(all, "max_processes"),
                all.get("max_pending").asLong(),
                whole(all, "max_concurrent_jobs"),
                whole(all, "max_job_history"),
                all.get("monitor_interval_sec").asDouble());
    }

    private static int whole(ObjectNode all, String key) {
        JsonNode value = all.get(key);
        if (!value.canConvertToInt() || value.asDouble() != Math.rint(value.asDouble()))
            throw SettingsException.of(key, "must be a whole number, not " + value);
        return value.asInt();
    }

    private java.util.List<String> names() {
        java.util.List<String> names = new java.util.ArrayList<>();
        toJson().fieldNames().forEachRemaining(names::add);
        return names;
    }

    /** As it is shown. */
    public ObjectNode toJson() {
        ObjectNode json = Json.object();
        json.put("max_memory_mb", maxMemoryMb);
        json.put("max_processes", maxProcesses);
        json.put("max_pending", maxPending);
        json.put("max_concurrent_jobs", maxConcurrentJobs);
        json.put("max_job_history", maxJobHistory);
        json.put("monitor_interval_sec", monitorIntervalSec);
        return json;
    }

    public ControlLimits withMaxConcurrentJobs(int jobs) {
        return new ControlLimits(maxMemoryMb, maxProcesses, maxPending, jobs, maxJobHistory, monitorIntervalSec);
    }

    public ControlLimits withMaxPending(long tasks) {
        return new ControlLimits(
                maxMemoryMb, maxProcesses, tasks, maxConcurrentJobs, maxJobHistory, monitorIntervalSec);
    }

    public ControlLimits withMonitorInterval(double seconds) {
        return new ControlLimits(maxMemoryMb, maxProcesses, maxPending, maxConcurrentJobs, maxJobHistory, seconds);
    }
}
