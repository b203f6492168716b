package dev.millrace.liveness;

import dev.millrace.json.Json;
import dev.millrace.json.MalformedJsonException;
import dev.millrace.storage.Disk;
import dev.millrace.storage.Durability;
import dev.millrace.storage.FileTooLargeException;
import dev.millrace.storage.NotARegularFileException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** The heartbeat files of a queue. */
public interface Heartbeats {
    /** A heartbeat with the current tasks of a thousand slots stays below this. */
    int MAX_BYTES = 2 << 20;

    /** Writes a worker's heartbeat over the one before. Not forced: after a power cut nobody is alive anyway. */
    static void write(Disk disk, Path folder, Heartbeat beat) throws IOException {
        disk.replace(folder.resolve(beat.fileName()), Json.bytes(beat.toJson()), Durability.OS);
    }

    /** Reads one file; empty when it is gone, torn or no heartbeat. */
    static Optional<Heartbeat> read(Disk disk, Path file) throws IOException {
        try {
            return Heartbeat.fromJson(Json.parse(disk.read(file, MAX_BYTES)));
        } catch (MalformedJsonException
                | NoSuchFileException
                | FileTooLargeException
                | NotARegularFileException
                | AccessDeniedException notReadable) {
            return Optional.empty();
        }
    }

    /** The newest heartbeat of each worker, by worker name; unreadable files are skipped. */
    static Map<String, Heartbeat> readAll(Disk disk, Path folder) throws IOException {
        return new KnownHeartbeats(disk, folder).read();
    }
}
