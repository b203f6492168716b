package dev.millrace.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.job.JobException.Reason;
import dev.millrace.json.Json;
import dev.millrace.json.MalformedJsonException;
import dev.millrace.queue.JobTaskId;
import dev.millrace.queue.Layers;
import dev.millrace.settings.SettingsException;
import dev.millrace.settings.TomlDocument;
import dev.millrace.storage.Disk;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a job consists of.
 *
 * @param id its name; a name can be used again when the job has ended
 * @param service the app whose workers run it; empty when whoever submits it says so
 * @param timeoutSec how long it may run, without the time that it was held back, before what is left of it is called off
 * @param steps its steps in the order of the file; at least one, at most {@value #MOST_STEPS}
 */
public record JobSpec(String id, Optional<String> service, Optional<Double> timeoutSec, List<JobStep> steps) {
    /** The most steps of one job; beyond that, batches of tasks without a job are the tool. */
    public static final int MOST_STEPS = 5_000;

    private static final int MOST_BYTES = 16 << 20;
    private static final Set<String> KEYS = Set.of("name", "service", "timeout_sec", "tasks", "description");

    /** @throws JobException when names are not fit or twice there, or steps wait for strangers or each other */
    public JobSpec {
        steps = List.copyOf(steps);
        if (!JobTaskId.isName(id))
            throw bad("the name of a job is 1 to " + JobTaskId.MAX_LENGTH
                    + " letters, digits, '-' and '_', starting with a letter or digit; '" + id
                    + "' is not: rename the file, or give 'name' in it");
        if (steps.isEmpty()) throw bad("job " + id + " has no tasks; give at least one under [[tasks]]");
        if (steps.size() > MOST_STEPS)
            throw bad("job " + id + " has " + steps.size() + " tasks; at most " + MOST_STEPS);
        requireSound(steps);
    }

    private static void requireSound(List<JobStep> steps) {
        Set<String> names = new HashSet<>();
        for (JobStep step : steps) if (!names.add(step.name())) throw bad("two tasks are named " + step.name());
        for (JobStep step : steps)
            for (String name : step.dependsOn())
                if (!names.contains(name))
                    throw bad("task " + step.name() + " depends on '" + name + "', which is no task of this job");
        List<String> circle = Layers.of(waits(steps)).circle();
        if (!circle.isEmpty()) throw bad("tasks wait for each other: " + String.join(" -> ", circle));
    }

    private static Map<String, List<String>> waits(List<JobStep> steps) {
        Map<String, List<String>> waits = new LinkedHashMap<>();
        for (JobStep step : steps) waits.put(step.name(), step.dependsOn());
        return waits;
    }

    /**
     * Reads a job file: JSON when its name ends in {@code .json}, else TOML. The job's name is its {@code name}, else the
     * file's name without what follows the last dot.
     *
     * @throws JobException naming file and problem
     */
    public static JobSpec read(Disk disk, Path file) {
        String fileName = String.valueOf(file.getFileName());
        int dot = fileName.lastIndexOf('.');
        String usual = dot > 0 ? fileName.substring(0, dot) : fileName;
        try {
            return of(fileName.toLowerCase(Locale.ROOT).endsWith(".json") ? json(disk, file) : toml(disk, file), usual);
        } catch (JobException e) {
            throw new JobException(e.reason(), file + ": " + e.getMessage());
        }
    }

    private static ObjectNode json(Disk disk, Path file) {
        try {
            return Json.parseObject(disk.read(file, MOST_BYTES));
        } catch (MalformedJsonException e) {
            throw bad(e.reason());
        } catch (NoSuchFileException e) {
            throw bad("is not there");
        } catch (IOException e) {
            throw bad("cannot be read: " + e);
        }
    }

    private static ObjectNode toml(Disk disk, Path file) {
        try {
            if (!disk.exists(file)) throw bad("is not there");
            return TomlDocument.read(file);
        } catch (SettingsException | IOException e) {
            throw bad(String.valueOf(e.getMessage()));
        }
    }

    /**
     * Reads a job from its JSON form, see docs/reference/rpc.md.
     *
     * @param usualName its name when it gives none
     */
    public static JobSpec of(ObjectNode job, String usualName) {
        requireKnownKeys(job);
        List<JobStep> steps = new ArrayList<>();
        if (!job.path("tasks").isArray()) throw bad("'tasks' must be a list of tasks");
        for (JsonNode entry : job.path("tasks")) steps.add(JobStep.of(entry, steps.size() + 1));
        return of(job, usualName, steps);
    }

    private static void requireKnownKeys(ObjectNode job) {
        for (Map.Entry<String, JsonNode> entry : job.properties())
            if (!KEYS.contains(entry.getKey()))
                throw bad("there is no key '" + entry.getKey() + "' in a job; there are "
                        + String.join(", ", new java.util.TreeSet<>(KEYS)));
    }

    /** As above, with the steps as they are. */
    static JobSpec of(ObjectNode job, String usualName, List<JobStep> steps) {
        return new JobSpec(text(job, "name").orElse(usualName), text(job, "service"), seconds(job), steps);
    }

    private static Optional<String> text(ObjectNode job, String key) {
        JsonNode value = job.path(key);
        if (value.isMissingNode() || value.isNull()) return Optional.empty();
        if (!value.isTextual()) throw bad("'" + key + "' must be text, not " + value);
        return Optional.of(value.textValue());
    }

    private static Optional<Double> seconds(ObjectNode job) {
        JsonNode value = job.path("timeout_sec");
        if (value.isMissingNode() || value.isNull()) return Optional.empty();
        double seconds = value.asDouble(Double.NaN);
        if (!(seconds > 0 && seconds <= 1e9))
            throw bad("'timeout_sec' must be a positive number of seconds up to 1e9, not " + value);
        return Optional.of(seconds);
    }

    private static JobException bad(String problem) {
        return new JobException(Reason.BAD_JOB, problem);
    }

    /** Names of the steps that wait for one of these, directly or through others, and these themselves. */
    Set<String> downstreamOf(Set<String> names) {
        Map<String, List<String>> waiters = new HashMap<>();
        for (JobStep step : steps)
            for (String other : step.dependsOn())
                waiters.computeIfAbsent(other, none -> new ArrayList<>()).add(step.name());
        Set<String> all = new LinkedHashSet<>(names);
        Deque<String> open = new ArrayDeque<>(names);
        for (String name = open.poll(); name != null; name = open.poll())
            for (String waiter : waiters.getOrDefault(name, List.of())) if (all.add(waiter)) open.add(waiter);
        return all;
    }

    ObjectNode toJson() {
        ObjectNode json = Json.object();
        json.put("name", id);
        service.ifPresent(app -> json.put("service", app));
        timeoutSec.ifPresent(seconds -> json.put("timeout_sec", seconds));
        ArrayNode tasks = json.putArray("tasks");
        for (JobStep step : steps) tasks.add(step.toJson());
        return json;
    }
}
