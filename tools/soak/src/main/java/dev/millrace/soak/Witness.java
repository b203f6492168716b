package dev.millrace.soak;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.time.Time;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** Looks now and then at what is done, and remembers which run it came from: a result that somebody has seen must stand. */
final class Witness {
    private static final Duration EVERY = Duration.ofSeconds(2);
    private static final int AT_ONCE = 50;

    private final ObjectMapper json = new ObjectMapper();
    private final Path done;
    private final Time time;
    private final Map<String, String> seen = new HashMap<>();
    private final Map<String, String> files = new HashMap<>();
    private long next;

    Witness(Path queue, Time time) {
        this.done = queue.resolve("done");
        this.time = time;
    }

    void step() throws IOException {
        if (time.nanos() < next) return;
        next = time.nanos() + EVERY.toNanos();
        int left = AT_ONCE;
        // In the order of the file system, which is as good as any.
        try (DirectoryStream<Path> names = Files.newDirectoryStream(done, "*.task.json")) {
            for (Path file : names) {
                if (left == 0) break;
                if (files.containsKey(String.valueOf(file.getFileName()))) continue;
                left--;
                remember(file);
            }
        }
    }

    private void remember(Path file) throws IOException {
        JsonNode document = json.readTree(Files.readAllBytes(file));
        String id = document.path("task_id").asText();
        files.put(String.valueOf(file.getFileName()), id);
        seen.put(id, TerminalRecords.runOf(document));
    }

    /** The runs by the ids of their tasks. */
    Map<String, String> seen() {
        return seen;
    }
}
