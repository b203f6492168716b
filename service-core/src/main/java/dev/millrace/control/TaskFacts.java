package dev.millrace.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.lifecycle.Service;
import dev.millrace.liveness.Heartbeat;
import dev.millrace.queue.TaskRecord;
import dev.millrace.queue.TaskView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What is known of one task: its file's name, its document, and the files beside the queue.
 *
 * @param view what the name says
 * @param record the document as it was read; one without content when the file moved away meanwhile
 * @param log where its log is, or would be
 */
public record TaskFacts(TaskView view, TaskRecord record, Path log) {

    /** Stands where there is nothing to show. */
    public static final String NOTHING = "-";

    /** Reads what there is. */
    public static TaskFacts of(Service service, TaskView view) throws IOException {
        Optional<TaskRecord> record = service.queue().read(view);
        return new TaskFacts(
                view,
                record.orElseGet(() -> new TaskRecord(view, Optional.empty(), Optional.empty())),
                service.queue().layout().logs().resolve(view.stem() + ".log"));
    }

    /** Text under a key of the document. */
    public String text(String key, String otherwise) {
        JsonNode value = record.value(key);
        return value.isTextual() && !value.textValue().isEmpty() ? value.textValue() : otherwise;
    }

    /** Epoch seconds under a key; 0 when there are none. */
    public double moment(String key) {
        return record.value(key).asDouble(0);
    }

    /** True when it has logged anything. */
    public boolean hasLog() {
        return Files.isRegularFile(log);
    }

    /** The attempt that waits, runs, or ended it. */
    public int attempt() {
        return view.state().isTerminal() ? record.value("attempt").asInt(0) : view.attempt();
    }

    /** Who ran it or, when nobody did, who shall. */
    public String worker() {
        return text("worker_name", text("worker", NOTHING));
    }

    /**
     * Everything that is known, as an answer.
     *
     * @param attempts what its attempts came to
     * @param others unique names of older tasks with its id
     */
    public ObjectNode detail(Optional<Heartbeat.Progress> progress, List<JsonNode> attempts, List<String> others) {
        ObjectNode json = summary(progress);
        json.set("attempts", Json.tree(attempts));
        json.put("log", hasLog() ? log.toString() : null);
        record.quarantine().ifPresent(reason -> json.put("refused", reason));
        json.set("document", record.document().map(JsonNode.class::cast).orElse(null));
        json.set("others", Json.tree(others));
        return json;
    }

    /** The entry of a list. */
    public ObjectNode summary(Optional<Heartbeat.Progress> progress) {
        ObjectNode json = Json.object();
        json.put("id", view.id());
        json.put("stem", view.stem());
        json.put("state", view.state().word());
        json.put("attempt", attempt());
        for (String key : List.of("kind", "worker", "worker_name", "created_at", "finished_at", "runtime"))
            if (!record.value(key).isMissingNode()) json.set(key, record.value(key));
        record.error().ifPresent(error -> json.put("error", error));
        progress.ifPresent(last ->
                json.putObject("progress").put("fraction", last.fraction()).put("message", last.message()));
        json.put("file", view.file().toString());
        return json;
    }
}
