package dev.millrace.job;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.queue.QueuePorts;
import dev.millrace.queue.TaskQueue;
import dev.millrace.storage.FileFacts;
import dev.millrace.time.Time;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Tells about a job's past and its present. Only looks. */
final class JobReports {
    private static final int MOST_ERRORS = 200;
    private static final Comparator<AttemptEntry> NEWEST_FIRST = Comparator.comparing(AttemptEntry::at)
            .thenComparing(entry -> entry.json().path("run").asInt())
            .thenComparing(entry -> entry.json().path("attempt").asInt())
            .reversed();

    private final TaskQueue queue;
    private final QueuePorts ports;
    private final JobFiles files;
    private final JobLook look;
    private final JobRuns runs;

    JobReports(TaskQueue queue, QueuePorts ports, JobFiles files, JobLook look, JobRuns runs) {
        this.queue = queue;
        this.ports = ports;
        this.files = files;
        this.look = look;
        this.runs = runs;
    }

    List<AttemptEntry> history(JobRecord record, String item, int limit) throws IOException {
        return all(record).stream()
                .filter(entry -> entry.has("item", item))
                .limit(limit)
                .toList();
    }

    List<AttemptEntry> errors(JobRecord record, String item, String type, String code, int limit) throws IOException {
        return errors(look.view(record), all(record)).stream()
                .filter(entry -> entry.has("item", item) && entry.has("type", type) && entry.has("code", code))
                .limit(limit)
                .toList();
    }

    /** Attempts that went wrong, and steps that ended without any; newest first. */
    private static List<AttemptEntry> errors(JobView view, List<AttemptEntry> attempts) {
        List<AttemptEntry> errors = new ArrayList<>();
        for (StepView step : view.steps()) if (step.endedUntried()) errors.add(AttemptEntry.unrun(step));
        attempts.stream().filter(AttemptEntry::isError).forEach(errors::add);
        errors.sort(NEWEST_FIRST);
        return errors;
    }

    /** Newest first; what was noted counts where both are there. */
    private List<AttemptEntry> all(JobRecord record) throws IOException {
        Map<String, AttemptEntry> entries = new LinkedHashMap<>();
        for (AttemptEntry entry : files.history(record.id())) entries.put(entry.key(), entry);
        for (AttemptEntry entry : runs.live(record)) entries.putIfAbsent(entry.key(), entry);
        List<AttemptEntry> sorted = new ArrayList<>(entries.values());
        sorted.sort(NEWEST_FIRST);
        return sorted;
    }

    ObjectNode diagnose(JobRecord record) throws IOException {
        JobView view = look.view(record);
        List<AttemptEntry> attempts = all(record);
        List<AttemptEntry> wrong = errors(view, attempts);
        double now = ports.time().epochSeconds();
        ObjectNode json = view.summary();
        json.put("generated_at", now);
        json.set("timing", timing(view, now));
        json.set("execution_timeline", timeline(view));
        json.set("execution_stats", stats(view, attempts));
        ArrayNode errors = json.putArray("errors");
        wrong.stream().limit(MOST_ERRORS).forEach(entry -> errors.add(entry.json()));
        json.put("error_count", wrong.size());
        json.put("execution_history_count", attempts.size());
        json.set("log_files", logs(view));
        json.put("job_error", view.facts().path("message").asText(""));
        return json;
    }

    private static ObjectNode timing(JobView view, double now) {
        ObjectNode json = Json.object();
        for (String key : List.of("submitted_at", "started_at", "completed_at"))
            json.set(key, view.facts().path(key));
        double from = view.facts().path("started_at").asDouble(0);
        double to = view.facts().path("completed_at").asDouble(now);
        json.put("duration_seconds", from > 0 ? Math.max(0, to - from) : 0);
        return json;
    }

    private static ArrayNode timeline(JobView view) {
        ArrayNode list = Json.MAPPER.createArrayNode();
        for (StepView step : view.steps()) {
            ObjectNode entry = step.toJson(view.id());
            entry.remove("result");
            list.add(entry);
        }
        return list;
    }

    private static ObjectNode stats(JobView view, List<AttemptEntry> attempts) {
        ObjectNode json = Json.object();
        long retries = attempts.stream()
                .filter(entry -> entry.has("type", "transient"))
                .count();
        json.put("total_retry_count", retries);
        json.put("runs", view.run());
        return json;
    }

    private ArrayNode logs(JobView view) throws IOException {
        ArrayNode list = Json.MAPPER.createArrayNode();
        for (StepView step : view.steps()) {
            if (step.stem().isEmpty()) continue;
            Path log = queue.layout().logs().resolve(step.stem() + ".log");
            Optional<FileFacts> facts = ports.disk().facts(log);
            if (facts.isEmpty()) continue;
            list.addObject()
                    .put("item", step.step().name())
                    .put("path", log.toString())
                    .put("size_bytes", facts.get().size())
                    .put("modified_at", Time.toEpochSeconds(facts.get().modified()));
        }
        return list;
    }
}
