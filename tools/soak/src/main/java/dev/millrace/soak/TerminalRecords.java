package dev.millrace.soak;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What lies in a queue's folders, read as any stranger would: by the file formats of docs/reference/queue-directory.md, not
 * by a line of the product.
 */
final class TerminalRecords {
    private static final List<String> TERMINAL = List.of("done", "failed", "cancelled");
    private static final List<String> OPEN = List.of("pending", "scheduled", "blocked", "running");
    private static final String OUTCOMES = "{\"outcomes\":\"millrace.batch.v1\"}";

    private final ObjectMapper json = new ObjectMapper();
    private final Map<String, List<Ended>> records = new HashMap<>();
    private final Set<String> waiting = new LinkedHashSet<>();
    private final List<String> oddities = new ArrayList<>();
    private final Map<String, Long> byState = new TreeMap<>();

    private TerminalRecords() {}

    /**
     * That a task has ended.
     *
     * @param file the name of the file, with its folder
     * @param status how it says that the task ended
     * @param run the run that it ended with; empty when none
     */
    record Ended(String file, String status, String run) {}

    static TerminalRecords in(Path queue) throws IOException {
        TerminalRecords found = new TerminalRecords();
        for (String folder : TERMINAL) found.readAll(queue.resolve(folder), true);
        for (String folder : OPEN) found.readAll(queue.resolve(folder), false);
        return found;
    }

    /** Of one file in a terminal folder. */
    static TerminalRecords ofFile(Path file) throws IOException {
        TerminalRecords found = new TerminalRecords();
        found.read(file, true);
        return found;
    }

    private void readAll(Path folder, boolean terminal) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "[!.]*")) {
            for (Path file : files) read(file, terminal);
        }
    }

    private void read(Path file, boolean terminal) throws IOException {
        String name = folderOf(file) + "/" + file.getFileName();
        String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        if (name.endsWith(".batch.jsonl")) readBatch(name, text.split("\n", -1), terminal);
        else if (name.endsWith(".task.json")) readSingle(name, text, terminal);
        else oddities.add(name + " is neither a task nor a batch of tasks");
    }

    private static String folderOf(Path file) {
        return String.valueOf(Path.of(String.valueOf(file.getParent())).getFileName());
    }

    private void readSingle(String name, String text, boolean terminal) {
        JsonNode document = parsed(name, text);
        String id = document.path("task_id").asText();
        if (!terminal) {
            waiting.add(id);
            return;
        }
        String status = document.path("status").asText("");
        if (!name.startsWith(status + "/")) oddities.add(name + " says that it is '" + status + "'");
        add(id, new Ended(name, status, runOf(document)));
    }

    /** Of the run that ended it, a document says what that one gave back. */
    private static String runOf(JsonNode document) {
        return document.path("result").path("run").asText("");
    }

    private void readBatch(String name, String[] lines, boolean terminal) {
        int mark = List.of(lines).indexOf(OUTCOMES);
        if (!terminal) {
            for (String line : lines)
                if (line.equals(OUTCOMES)) break;
                else if (!line.isEmpty())
                    waiting.add(parsed(name, line).path("task_id").asText());
            return;
        }
        if (mark < 0) oddities.add(name + " has ended, and has no outcomes");
        Map<Integer, List<JsonNode>> outcomes = new HashMap<>();
        for (int i = Math.max(mark, 0) + 1; mark >= 0 && i < lines.length; i++) {
            JsonNode outcome = lines[i].isEmpty() ? json.missingNode() : parsed(name, lines[i]);
            if (outcome.path("index").isInt())
                outcomes.computeIfAbsent(outcome.path("index").intValue(), none -> new ArrayList<>())
                        .add(outcome);
        }
        for (int i = 0; i < mark; i++) addPart(name, parsed(name, lines[i]), outcomes.getOrDefault(i, List.of()));
    }

    private void addPart(String name, JsonNode task, List<JsonNode> outcomes) {
        String id = task.path("task_id").asText();
        if (outcomes.isEmpty()) oddities.add(name + " has ended, and has no outcome of " + id);
        for (JsonNode outcome : outcomes) {
            if (outcome.has("task_id") && !outcome.path("task_id").asText().equals(id))
                oddities.add(name + " has an outcome of " + outcome.path("task_id") + " for " + id);
            add(id, new Ended(name, outcome.path("status").asText(""), runOf(outcome)));
        }
    }

    private void add(String id, Ended record) {
        records.computeIfAbsent(id, none -> new ArrayList<>(1)).add(record);
        byState.merge(record.status(), 1L, Long::sum);
    }

    private JsonNode parsed(String name, String text) {
        try {
            return json.readTree(text);
        } catch (IOException e) {
            oddities.add(name + " cannot be read: "
                    + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
            return json.missingNode();
        }
    }

    /** By the ids of the tasks; one that ended once has one. */
    Map<String, List<Ended>> records() {
        return records;
    }

    /** The tasks that have not ended. */
    Set<String> waiting() {
        return waiting;
    }

    /** Whatever should not be there. */
    List<String> oddities() {
        return oddities;
    }

    Map<String, Long> byState() {
        return byState;
    }
}
