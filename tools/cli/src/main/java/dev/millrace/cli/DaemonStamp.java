package dev.millrace.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.json.MalformedJsonException;
import dev.millrace.liveness.ProcessIdentity;
import dev.millrace.storage.Disk;
import dev.millrace.storage.Durability;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a daemon writes of itself beside its socket: who it is, so that nobody else is ended for it, and where it listens.
 *
 * @param process the process
 * @param socket where it listens
 */
record DaemonStamp(ProcessIdentity process, Path socket) {
    private static final String FILE = "daemon.json";

    void write(Disk disk, Path folder) throws IOException {
        ObjectNode json = Json.object();
        json.put("schema", "millrace.daemon.v1");
        json.put("pid", process.pid());
        json.put("start", process.start());
        json.put("host", process.host());
        json.put("host_id", process.hostId());
        json.put("socket", socket.toString());
        disk.replace(folder.resolve(FILE), Json.indented(json), Durability.OS);
    }

    /** Empty when no daemon was ever started here, or nobody can read what it wrote. */
    static Optional<DaemonStamp> read(Disk disk, Path folder) throws IOException {
        try {
            ObjectNode json = Json.parseObject(disk.read(folder.resolve(FILE), 1 << 16));
            ProcessIdentity process = new ProcessIdentity(
                    json.path("pid").asLong(),
                    json.path("start").asText(""),
                    json.path("host").asText(""),
                    json.path("host_id").asText(""));
            return Optional.of(
                    new DaemonStamp(process, Path.of(json.path("socket").asText(""))));
        } catch (NoSuchFileException | MalformedJsonException unknown) {
            return Optional.empty();
        }
    }
}
