package dev.millrace.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.json.Texts;
import dev.millrace.queue.QueuePorts;
import dev.millrace.queue.TaskQueue;
import dev.millrace.queue.TaskRecord;
import dev.millrace.queue.TaskView;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Tells what the attempts of a step's task came to: those before, and the one that ended it. */
final class JobAttempts {
    private static final int TAIL_BYTES = 4 << 10;

    private final TaskQueue queue;
    private final QueuePorts ports;

    JobAttempts(TaskQueue queue, QueuePorts ports) {
        this.queue = queue;
        this.ports = ports;
    }

    List<AttemptEntry> of(StepRecord step, TaskView task) throws IOException {
        Optional<TaskRecord> record = queue.read(task);
        if (record.isEmpty()) return List.of();
        List<JsonNode> told = begun(record.get());
        boolean ended = task.state().isTerminal() && !record.get().endedUnrun();
        if (told.isEmpty() && ended && record.get().value("claim").isObject())
            return List.of(only(step, record.get(), task));
        List<AttemptEntry> entries = new ArrayList<>();
        for (int i = 0; i < told.size(); i++)
            entries.add(entry(step, record.get(), told.get(i), ended && i == told.size() - 1));
        return entries;
    }

    /** Who was ended while it waited was not tried then, whoever ended it. */
    private List<JsonNode> begun(TaskRecord record) {
        List<JsonNode> told = queue.attempts(record);
        if (!record.endedUnrun()) return told;
        int last = record.value("attempt").asInt();
        return told.stream()
                .filter(attempt -> attempt.path("attempt").asInt() < last)
                .toList();
    }

    /** A task that ended at its first attempt tells no attempts. */
    private AttemptEntry only(StepRecord step, TaskRecord record, TaskView task) throws IOException {
        ObjectNode attempt = JobLook.ended(record);
        attempt.put("outcome", task.state().word());
        attempt.set("claimed_at", attempt.path("started_at"));
        attempt.set("reason", attempt.path("error"));
        return entry(step, record, attempt, true);
    }

    private AttemptEntry entry(StepRecord step, TaskRecord record, JsonNode attempt, boolean last) throws IOException {
        String outcome = attempt.path("outcome").asText("");
        boolean done = outcome.equals("done") || outcome.equals("snoozed");
        AttemptEntry entry = new AttemptEntry(Json.object());
        ObjectNode json = entry.json();
        json.put("item", step.step().name());
        json.put("run", step.run());
        json.put("attempt", attempt.path("attempt").asInt(1));
        json.put("outcome", outcome);
        json.put("type", done ? null : last ? "permanent" : "transient");
        json.put("code", done ? null : code(outcome, attempt));
        json.put("message", Texts.shortened(attempt.path("reason").asText("")));
        entry.set("error_class", attempt.path("error_class"));
        entry.set("worker", attempt.path("worker"));
        entry.set("started_at", attempt.path("claimed_at"));
        json.put("at", endOf(attempt, record, last));
        entry.set("duration_seconds", attempt.path("runtime"));
        JsonNode exitCode = record.result().path("exit_code");
        json.set("exit_code", last && exitCode.isInt() ? exitCode : null);
        json.put("output_tail", last ? tail(record.view().stem()) : "");
        return entry;
    }

    private static String code(String outcome, JsonNode attempt) {
        return attempt.path("timed_out").asBoolean() ? "timed_out" : outcome;
    }

    private static double endOf(JsonNode attempt, TaskRecord record, boolean last) {
        if (last && record.value("finished_at").isNumber())
            return record.value("finished_at").asDouble();
        if (attempt.path("rescued_at").isNumber())
            return attempt.path("rescued_at").asDouble();
        return attempt.path("claimed_at").asDouble(0) + attempt.path("runtime").asDouble(0);
    }

    private String tail(String stem) throws IOException {
        try {
            byte[] end = ports.disk().readEnd(queue.layout().logs().resolve(stem + ".log"), TAIL_BYTES);
            return new String(end, StandardCharsets.UTF_8);
        } catch (NoSuchFileException loggedNothing) {
            return "";
        }
    }
}
