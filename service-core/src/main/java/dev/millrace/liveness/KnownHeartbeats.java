package dev.millrace.liveness;

import dev.millrace.json.Json;
import dev.millrace.json.MalformedJsonException;
import dev.millrace.storage.Disk;
import dev.millrace.storage.FileTooLargeException;
import dev.millrace.storage.NotARegularFileException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The heartbeats of one folder for who reads them again and again. Each file is read at each look, because on a network
 * file system only opening it tells what it holds now; but its text is understood anew only when it has changed, which is
 * most of the cost of a look. Not safe for use by several threads at once.
 */
final class KnownHeartbeats {
    private final Disk disk;
    private final Path folder;
    private Map<String, Known> known = Map.of();

    KnownHeartbeats(Disk disk, Path folder) {
        this.disk = disk;
        this.folder = folder;
    }

    private static final class Known {
        private final byte[] bytes;
        private final Optional<Heartbeat> beat;

        Known(byte[] bytes) {
            this.bytes = bytes;
            this.beat = parse(bytes);
        }

        private static Optional<Heartbeat> parse(byte[] bytes) {
            try {
                return Heartbeat.fromJson(Json.parse(bytes));
            } catch (MalformedJsonException torn) {
                return Optional.empty();
            }
        }
    }

    /** The newest heartbeat of each worker, by worker name; unreadable files are skipped. */
    Map<String, Heartbeat> read() throws IOException {
        Map<String, Known> now = new HashMap<>();
        Map<String, Heartbeat> newest = new LinkedHashMap<>();
        for (String name : disk.sortedNames(folder)) {
            if (!name.endsWith(".json")) continue;
            Optional<Known> found = read(name);
            found.ifPresent(one -> now.put(name, one));
            found.flatMap(one -> one.beat)
                    .ifPresent(beat ->
                            newest.merge(beat.worker(), beat, (a, b) -> b.timestamp() >= a.timestamp() ? b : a));
        }
        known = now;
        return newest;
    }

    private Optional<Known> read(String name) throws IOException {
        try {
            byte[] bytes = disk.read(folder.resolve(name), Heartbeats.MAX_BYTES);
            Known before = known.get(name);
            return Optional.of(before != null && Arrays.equals(before.bytes, bytes) ? before : new Known(bytes));
        } catch (NoSuchFileException | FileTooLargeException | NotARegularFileException | AccessDeniedException gone) {
            return Optional.empty();
        }
    }
}
