package dev.millrace.event;

import dev.millrace.json.Json;
import dev.millrace.json.MalformedJsonException;
import dev.millrace.storage.Disk;
import dev.millrace.storage.Disk.AppendFile;
import dev.millrace.storage.FileFacts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The last events on disk: files of one event a line, each named after its first version. A new file begins when the last
 * one is long enough, and the oldest goes when the others hold enough, or all together too many bytes. A killed process leaves at most half a line at the
 * end of its last file; its successor begins another one.
 */
final class EventTail {
    private static final int FILE_BYTES = 8 << 20;
    private static final long ALL_BYTES = 64L << 20;

    /** Of a longer file, which an event may have made so, the end is read. */
    private static final int READ_BYTES = 2 * FILE_BYTES;

    private static final long LAST_VERSION = 1L << 53;
    private static final String SUFFIX = ".events.jsonl";

    private final Disk disk;
    private final Path folder;
    private final int capacity;
    private final Deque<Written> files = new ArrayDeque<>();
    private @Nullable AppendFile out;
    private int lines;
    private long begins;
    private boolean dirty;

    /** A file with how many bytes are in it. */
    private static final class Written {
        private final String name;
        private long bytes;

        private Written(String name, long bytes) {
            this.name = name;
            this.bytes = bytes;
        }

        private long first() {
            String digits = name.substring(0, name.length() - SUFFIX.length());
            return digits.matches("[0-9]{1,18}") ? Long.parseLong(digits) : 0;
        }
    }

    EventTail(Disk disk, Path folder, int capacity) {
        this.disk = disk;
        this.folder = folder;
        this.capacity = capacity;
    }

    /** What is there, oldest first. */
    List<EventEntry> read() throws IOException {
        List<EventEntry> events = new ArrayList<>();
        for (String name : disk.sortedNames(folder)) {
            Optional<FileFacts> facts = name.endsWith(SUFFIX) ? disk.facts(folder.resolve(name)) : Optional.empty();
            if (facts.filter(file -> file.kind() == FileFacts.Kind.FILE).isEmpty()) continue;
            files.add(new Written(name, facts.get().size()));
            String text = new String(disk.readEnd(folder.resolve(name), READ_BYTES), StandardCharsets.UTF_8);
            for (String line : text.split("\n")) parsed(line).ifPresent(events::add);
        }
        events.removeIf(event -> event.version() <= 0 || event.version() > LAST_VERSION);
        return events;
    }

    private static Optional<EventEntry> parsed(String line) {
        try {
            return line.isBlank()
                    ? Optional.empty()
                    : Optional.of(EventEntry.of(Json.parseObject(line.getBytes(StandardCharsets.UTF_8))));
        } catch (MalformedJsonException halfALine) {
            return Optional.empty();
        }
    }

    /** The version of the next event. */
    void begin(long version) {
        begins = version;
        drop();
    }

    synchronized void append(EventEntry entry) {
        try {
            if (out == null || lines >= capacity / 2 || files.getLast().bytes >= FILE_BYTES) open(entry.version());
            byte[] json = Json.bytes(entry.toJson());
            byte[] line = Arrays.copyOf(json, json.length + 1);
            line[json.length] = '\n';
            if (out != null) out.append(line);
            lines++;
            files.getLast().bytes += line.length;
            dirty = true;
        } catch (IOException diskRefuses) {
            // the event lives on in memory; the next one is tried again in a new file
            closeQuietly();
        }
    }

    private void open(long version) throws IOException {
        closeQuietly();
        begins = Math.max(version, begins);
        String name = String.format("%016d%s", begins, SUFFIX);
        out = disk.append(folder.resolve(name));
        lines = 0;
        if (files.isEmpty() || !name.equals(files.getLast().name)) files.add(new Written(name, 0));
        drop();
    }

    /** The oldest file may go when those behind it hold enough, and must when all hold too much. */
    private void drop() {
        while (files.size() > 1 && (isNotNeeded() || bytes() > ALL_BYTES)) {
            try {
                disk.delete(folder.resolve(files.removeFirst().name));
            } catch (IOException leftForLater) {
                return;
            }
        }
    }

    private boolean isNotNeeded() {
        return files.stream().skip(1).findFirst().orElseThrow().first() <= begins - capacity;
    }

    private long bytes() {
        return files.stream().mapToLong(file -> file.bytes).sum();
    }

    synchronized void force() throws IOException {
        if (!dirty || out == null) return;
        dirty = false;
        out.force();
    }

    private void closeQuietly() {
        try {
            if (out != null) out.close();
        } catch (IOException nothingIsLost) {
            // what was appended is in the file
        }
        out = null;
    }

    synchronized void close() throws IOException {
        force();
        closeQuietly();
    }
}
