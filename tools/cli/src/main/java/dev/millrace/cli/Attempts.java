package dev.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.json.Json;
import dev.millrace.json.MalformedJsonException;
import dev.millrace.lifecycle.Service;
import dev.millrace.storage.Disk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What earlier attempts came to: in the document of a finished task, beside the queue for others. */
final class Attempts {
    private static final int LIMIT_BYTES = 1 << 20;

    private Attempts() {}

    static List<JsonNode> of(Service service, TaskFacts facts) throws IOException {
        List<JsonNode> attempts = new ArrayList<>();
        facts.record().value("attempts").forEach(attempts::add);
        if (!attempts.isEmpty()) return attempts;
        Path file = service.queue().layout().attempts().resolve(facts.view().stem() + ".jsonl");
        try {
            String text = new String(Disk.local().read(file, LIMIT_BYTES), StandardCharsets.UTF_8);
            for (String line : text.split("\n")) addIfWhole(attempts, line);
        } catch (NoSuchFileException none) {
            // it was not tried before
        }
        return attempts;
    }

    private static void addIfWhole(List<JsonNode> attempts, String line) {
        try {
            if (!line.isBlank()) attempts.add(Json.parse(line.getBytes(StandardCharsets.UTF_8)));
        } catch (MalformedJsonException torn) {
            // somebody is writing it
        }
    }
}
