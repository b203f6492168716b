package dev.millrace.queue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.event.Event;
import dev.millrace.event.EventSink;
import dev.millrace.json.Json;
import dev.millrace.json.MalformedJsonException;
import dev.millrace.storage.Disk;
import dev.millrace.storage.Durability;
import dev.millrace.storage.FileFacts;
import dev.millrace.storage.FileTooLargeException;
import dev.millrace.task.Outcome;
import dev.millrace.time.Time;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How long tasks of each kind run, as workers measure it and submitters need to know: in {@code control/runtimes.json}. A
 * hint; nothing is wrong when it is lost or old.
 */
final class KindRuntimes {
    private static final int LIMIT_BYTES = 1 << 20;
    private static final int LIMIT_KINDS = 1_000;
    private static final long LOOK_NANOS = 1_000_000_000L;

    /** A new measurement counts so much; the mean follows within some twenty tasks. */
    private static final double WEIGHT = 0.1;

    private final Disk disk;
    private final Time time;
    private final EventSink events;
    private final Path file;
    private final Map<String, Double> measured = new ConcurrentHashMap<>();
    private volatile boolean changed;
    private Map<String, Double> known = Map.of();
    private Optional<FileFacts> seen = Optional.empty();
    private long lookedAt;
    private boolean looked;

    KindRuntimes(QueuePorts ports, Path file) {
        this.disk = ports.disk();
        this.time = ports.time();
        this.events = ports.events();
        this.file = file;
    }

    /**
     * An attempt at a task of a kind took so long. One that did not come to its end may have broken off at once, or have
     * waited for something that is down: it would have taken at least as long, so it counts where that is longer than usual.
     */
    void note(String kind, Outcome outcome, long nanos) {
        double seconds = nanos / 1e9;
        if (!(outcome instanceof Outcome.Done) && seconds <= usual(kind)) return;
        if (measured.size() >= LIMIT_KINDS && !measured.containsKey(kind)) return;
        measured.merge(kind, seconds, (mean, one) -> mean + WEIGHT * (one - mean));
        changed = true;
    }

    /** A kind that nobody has measured shares no files, so nothing is too long for it. */
    private double usual(String kind) {
        Double here = measured.get(kind);
        return here != null ? here : of(kind).orElse(Double.POSITIVE_INFINITY);
    }

    /** Writes what was measured here over what stands there; kinds of others stay. When it cannot, work goes on. */
    void write() {
        if (!changed) return;
        changed = false;
        try {
            disk.replace(file, Json.bytes(merged()), Durability.OS);
        } catch (IOException e) {
            events.accept(new Event.Trouble("cannot note how long tasks run in " + file, e));
        }
    }

    private ObjectNode merged() throws IOException {
        Map<String, Double> all = new TreeMap<>(read());
        all.putAll(measured);
        ObjectNode json = Json.object();
        ObjectNode kinds = json.putObject("runtimes");
        all.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .limit(LIMIT_KINDS)
                .forEach(one -> kinds.put(one.getKey(), Math.round(one.getValue() * 1e9) / 1e9));
        return json;
    }

    private Map<String, Double> read() throws IOException {
        Map<String, Double> found = new HashMap<>();
        try {
            for (Map.Entry<String, JsonNode> one : Json.parseObject(disk.read(file, LIMIT_BYTES))
                    .path("runtimes")
                    .properties())
                if (one.getValue().isNumber() && one.getValue().doubleValue() >= 0)
                    found.put(one.getKey(), one.getValue().doubleValue());
        } catch (NoSuchFileException | FileTooLargeException | MalformedJsonException none) {
            return found;
        }
        return found;
    }

    /** The mean run time of a kind in seconds, when somebody has measured it. */
    synchronized OptionalDouble of(String kind) {
        refresh();
        Double mean = known.get(kind);
        return mean == null ? OptionalDouble.empty() : OptionalDouble.of(mean);
    }

    private void refresh() {
        if (looked && time.nanos() - lookedAt < LOOK_NANOS) return;
        looked = true;
        lookedAt = time.nanos();
        try {
            Optional<FileFacts> now = disk.facts(file);
            if (!now.equals(seen)) known = read();
            seen = now;
        } catch (IOException unreadable) {
            // a hint only
        }
    }
}
