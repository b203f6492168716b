package dev.millrace.soak;

import dev.millrace.soak.TerminalRecords.Ended;
import dev.millrace.time.Time;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Looks now and then at what is done, and remembers which run it came from: a result that somebody has seen must stand. */
final class Witness {
    private static final Duration EVERY = Duration.ofSeconds(2);
    private static final int AT_ONCE = 50;

    private final Path done;
    private final Time time;
    private final Map<String, String> seen = new HashMap<>();
    private final Set<String> files = new HashSet<>();
    private final List<String> oddities = new ArrayList<>();
    private long next;

    Witness(Path queue, Time time) {
        this.done = queue.resolve("done");
        this.time = time;
        this.next = time.nanos();
    }

    void step() throws IOException {
        if (time.nanos() < next) return;
        next = time.nanos() + EVERY.toNanos();
        int left = AT_ONCE;
        // In the order of the file system, which is as good as any.
        try (DirectoryStream<Path> names = Files.newDirectoryStream(done, "*.{task.json,batch.jsonl}")) {
            for (Path file : names) {
                if (left == 0) break;
                if (!files.add(String.valueOf(file.getFileName()))) continue;
                left--;
                remember(TerminalRecords.ofFile(file));
            }
        }
    }

    private void remember(TerminalRecords found) {
        for (Map.Entry<String, List<Ended>> task : found.records().entrySet())
            seen.putIfAbsent(task.getKey(), task.getValue().get(0).run());
        for (String oddity : found.oddities()) oddities.add("seen while the soak ran: " + oddity);
    }

    /** The runs by the ids of their tasks. */
    Map<String, String> seen() {
        return seen;
    }

    /** Files in done that were not as they should be when they were looked at; they may be since. */
    List<String> oddities() {
        return oddities;
    }
}
