package dev.millrace.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.json.MalformedJsonException;
import dev.millrace.liveness.ProcessIdentity;
import dev.millrace.liveness.Processes;
import dev.millrace.storage.Disk;
import dev.millrace.storage.Durability;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a daemon writes of itself beside its socket: who it is, so that nobody else is taken or ended for it, and where it
 * listens. It is there as long as the daemon is; what is left of one that was killed names a process that is gone.
 *
 * @param process the process
 * @param socket where it listens
 * @param messageBytes the longest message that it takes or sends
 */
record DaemonStamp(ProcessIdentity process, Path socket, int messageBytes) {
    private static final String FILE = "daemon.json";
    private static final int USUAL_BYTES = 16 << 20;

    void write(Disk disk, Path folder) throws IOException {
        ObjectNode json = Json.object();
        json.put("schema", "millrace.daemon.v1");
        json.put("pid", process.pid());
        json.put("start", process.start());
        json.put("host", process.host());
        json.put("host_id", process.hostId());
        json.put("socket", socket.toString());
        json.put("max_message_bytes", messageBytes);
        disk.replace(folder.resolve(FILE), Json.indented(json), Durability.OS);
    }

    /** Whoever has the daemon's lock may. */
    static void remove(Disk disk, Path folder) throws IOException {
        disk.delete(folder.resolve(FILE));
    }

    /** Empty when no daemon is or was killed here, or nobody can read what it wrote. */
    static Optional<DaemonStamp> read(Disk disk, Path folder) throws IOException {
        try {
            ObjectNode json = Json.parseObject(disk.read(folder.resolve(FILE), 1 << 16));
            ProcessIdentity process = new ProcessIdentity(
                    json.path("pid").asLong(),
                    json.path("start").asText(""),
                    json.path("host").asText(""),
                    json.path("host_id").asText(""));
            int bytes = json.path("max_message_bytes").asInt(USUAL_BYTES);
            return Optional.of(
                    new DaemonStamp(process, Path.of(json.path("socket").asText("")), bytes > 0 ? bytes : USUAL_BYTES));
        } catch (NoSuchFileException | MalformedJsonException | InvalidPathException unknown) {
            return Optional.empty();
        }
    }

    boolean isAlive() {
        return Processes.local().look(process) == Processes.Existence.ALIVE;
    }

    /** True when the process that says that this is its number is the one that wrote this. */
    boolean isOf(long pid) {
        return pid == process.pid() && Processes.local().look(process) != Processes.Existence.GONE;
    }
}
