package dev.millrace.queue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.event.Event;
import dev.millrace.json.Json;
import dev.millrace.storage.Durability;
import dev.millrace.task.TaskName;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/** Puts what cannot be run into failed/, byte for byte, with a sidecar that says why. */
final class Quarantine {
    /** The schema of a sidecar. */
    static final String SCHEMA = "millrace.quarantine.v1";

    private static final String SIDECAR = ".why.json";
    private static final int LONGEST_SIDECAR = 200;

    private final QueueLayout layout;
    private final QueuePorts ports;

    Quarantine(QueueLayout layout, QueuePorts ports) {
        this.layout = layout;
        this.ports = ports;
    }

    /**
     * Moves a file there.
     *
     * @param file where it is now
     * @param name the name it shall bear
     * @param reason completes the sentence "the file ..."
     */
    void put(Path file, String name, String reason) throws IOException {
        Path target = TerminalNames.free(ports.disk(), layout.folder(TaskState.FAILED), name, ports.random());
        Path sidecar = sidecarOf(target);
        ports.disk().replace(sidecar, sidecarBytes(name, reason), Durability.OS);
        try {
            ports.disk().rename(file, target);
        } catch (NoSuchFileException missing) {
            if (!ports.disk().exists(target)) ports.disk().delete(sidecar);
            if (!ports.disk().exists(target)) return;
        }
        ports.events().accept(new Event.Quarantined(target.toString(), reason));
    }

    private byte[] sidecarBytes(String name, String reason) {
        ObjectNode json = Json.object();
        json.put("schema", SCHEMA);
        json.put("file", name);
        json.put("reason", reason);
        json.put("at", ports.time().epochSeconds());
        return Json.indented(json);
    }

    /** The sidecar beside a quarantined file; names too long to be lengthened are cut and told apart by a checksum. */
    static Path sidecarOf(Path quarantined) {
        String name = String.valueOf(quarantined.getFileName());
        String base = TaskName.isTaskFile(name) ? name.substring(0, name.length() - TaskName.SUFFIX.length()) : name;
        byte[] bytes = base.getBytes(StandardCharsets.UTF_8);
        if (bytes.length <= LONGEST_SIDECAR) return quarantined.resolveSibling(base + SIDECAR);
        CRC32C sum = new CRC32C();
        sum.update(bytes);
        String cut = TerminalNames.cut(base, LONGEST_SIDECAR);
        return quarantined.resolveSibling(cut + "-" + Long.toHexString(sum.getValue()) + SIDECAR);
    }

    static boolean isSidecar(String name) {
        return name.endsWith(SIDECAR);
    }
}
