package dev.millrace.queue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.json.MalformedJsonException;
import dev.millrace.storage.Disk;
import dev.millrace.storage.Disk.AppendFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What earlier attempts of an unfinished task came to, beside the queue because nobody may write into the task's file.
 * The worker that settles the task folds them into its document. They inform people; no decision rests on them, so they
 * are not forced, and a disk that refuses them holds nothing up.
 */
final class AttemptRecords {
    /** Later attempts of a task that is put back without end are not written down any more. */
    private static final int LIMIT_BYTES = 128 << 10;

    /** Being put off leaves room for the attempts. */
    private static final int LIMIT_OF_SNOOZES = LIMIT_BYTES / 2;

    private final Disk disk;
    private final Path folder;

    AttemptRecords(Disk disk, Path folder) {
        this.disk = disk;
        this.folder = folder;
    }

    /** The line break in front keeps it apart from half a line that somebody who died has left. */
    void add(String stem, ObjectNode attempt) {
        try (AppendFile out = disk.append(fileOf(stem))) {
            byte[] line = ("\n" + new String(Json.bytes(attempt), StandardCharsets.US_ASCII) + "\n")
                    .getBytes(StandardCharsets.US_ASCII);
            int limit = AttemptHistory.isSnoozed(attempt) ? LIMIT_OF_SNOOZES : LIMIT_BYTES;
            if (out.size() + line.length <= limit) out.append(line);
        } catch (IOException notWrittenDown) {
            // a task must be able to move on while the disk is full
        }
    }

    /**
     * One record for each attempt, and for each time that the task was put off. Who writes a record may die before the task moves, and who takes over then writes
     * another: the first one knows more.
     */
    List<JsonNode> of(String stem) {
        Map<String, JsonNode> attempts = new LinkedHashMap<>();
        byte[] content;
        try {
            content = disk.read(fileOf(stem), LIMIT_BYTES);
        } catch (IOException noneOrNotReadable) {
            return List.of();
        }
        for (String line : new String(content, StandardCharsets.UTF_8).split("\n")) addIfWhole(attempts, line);
        return List.copyOf(attempts.values());
    }

    private static void addIfWhole(Map<String, JsonNode> attempts, String line) {
        try {
            if (line.isBlank()) return;
            JsonNode attempt = Json.parse(line.getBytes(StandardCharsets.UTF_8));
            attempts.putIfAbsent(keyOf(attempt), attempt);
        } catch (MalformedJsonException torn) {
            // half a line, left by a power cut
        }
    }

    private static String keyOf(JsonNode record) {
        String attempt = record.path("attempt").asText();
        return AttemptHistory.isSnoozed(record)
                ? attempt + " at " + record.path("claimed_at").asText()
                : attempt;
    }

    void remove(String stem) throws IOException {
        disk.delete(fileOf(stem));
    }

    private Path fileOf(String stem) {
        return folder.resolve(stem + ".jsonl");
    }
}
