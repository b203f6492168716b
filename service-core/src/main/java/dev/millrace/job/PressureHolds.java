package dev.millrace.job;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.json.MalformedJsonException;
import dev.millrace.queue.QueuePorts;
import dev.millrace.storage.Disk;
import dev.millrace.storage.Durability;
import dev.millrace.time.Time;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Whether somebody still measures the machine for which jobs are held back. A daemon that is killed lets go of nothing, so it
 * says again and again that it is there, and whoever looks after the jobs waits for that by a clock of his own.
 */
final class PressureHolds {
    /** So many times in a row it may miss to say so. */
    private static final int MISSED = 3;

    /** Even one that measures all the time is not given up within a moment. */
    private static final double LEAST_SEC = 10;

    /** What is promised by one that never said so. */
    private static final double USUAL_EVERY_SEC = 15;

    private final Disk disk;
    private final Time time;
    private final Path file;
    private Optional<Heard> heard = Optional.empty();

    private record Said(double at, double everySec) {}

    private record Heard(Said said, long atNanos) {}

    PressureHolds(QueuePorts ports, Path folder) {
        this.disk = ports.disk();
        this.time = ports.time();
        this.file = folder.resolve("pressure.json");
    }

    /** Says that somebody is there, and how often he will say so. */
    void renew(double everySec) throws IOException {
        ObjectNode json = Json.object().put("measured_at", time.epochSeconds()).put("every_sec", everySec);
        disk.createFolders(Disk.parentOf(file));
        disk.replace(file, Json.indented(json), Durability.OS);
    }

    private Said said() throws IOException {
        try {
            ObjectNode json = Json.parseObject(disk.read(file, 1 << 16));
            return new Said(
                    json.path("measured_at").asDouble(0), json.path("every_sec").asDouble(USUAL_EVERY_SEC));
        } catch (NoSuchFileException | MalformedJsonException nothingSaid) {
            return new Said(0, USUAL_EVERY_SEC);
        }
    }

    /**
     * True when nobody has said for too long that he is there.
     *
     * @param any whether a job is held back at all; the wait begins with the first one
     */
    synchronized boolean areAbandoned(boolean any) throws IOException {
        if (!any) heard = Optional.empty();
        if (!any) return false;
        Said now = said();
        Heard last = heard.filter(before -> before.said().equals(now)).orElseGet(() -> new Heard(now, time.nanos()));
        heard = Optional.of(last);
        double silentSec = (time.nanos() - last.atNanos()) / 1e9;
        return silentSec > Math.max(LEAST_SEC, MISSED * now.everySec());
    }
}
