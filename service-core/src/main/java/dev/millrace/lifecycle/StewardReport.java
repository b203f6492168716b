package dev.millrace.lifecycle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.json.MalformedJsonException;
import dev.millrace.queue.QueueAges;
import dev.millrace.queue.QueueCounts;
import dev.millrace.queue.QueueLayout;
import dev.millrace.storage.Disk;
import dev.millrace.storage.Durability;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The housekeeping lease and what its holder last counted, in control/. Whoever looks at the service reads the counts
 * here, so that a look costs the same whatever the backlog.
 *
 * @param worker who holds the lease
 * @param incarnation which life of it
 * @param since epoch seconds when it took the lease
 * @param sequence grows by one with each renewal; a holder whose number stands still does not keep the house
 * @param countedAt epoch seconds of the counts; 0 when nothing was counted yet
 * @param counts tasks by state
 * @param ages of the longest waiting and running tasks
 */
public record StewardReport(
        String worker,
        String incarnation,
        double since,
        long sequence,
        double countedAt,
        QueueCounts counts,
        QueueAges ages) {
    private static final int LIMIT_BYTES = 64 << 10;

    private static Path file(QueueLayout layout) {
        return layout.control().resolve("steward.json");
    }

    /** The lease as it stands; empty when nobody ever held it. */
    public static Optional<StewardReport> read(Disk disk, QueueLayout layout) throws IOException {
        try {
            return Optional.of(fromJson(Json.parse(disk.read(file(layout), LIMIT_BYTES))));
        } catch (NoSuchFileException | MalformedJsonException none) {
            return Optional.empty();
        }
    }

    /** The same lease, held on. */
    public StewardReport renewed() {
        return new StewardReport(worker, incarnation, since, sequence + 1, countedAt, counts, ages);
    }

    /** The same lease with other counts. */
    public StewardReport counted(double at, QueueCounts newCounts, QueueAges newAges) {
        return new StewardReport(worker, incarnation, since, sequence, at, newCounts, newAges);
    }

    /** Replaces the lease, whoever holds it; not forced. */
    public void write(Disk disk, QueueLayout layout) throws IOException {
        disk.replace(file(layout), Json.bytes(toJson()), Durability.OS);
    }

    private ObjectNode toJson() {
        ObjectNode json = Json.object();
        json.put("worker", worker);
        json.put("incarnation", incarnation);
        json.put("since", since);
        json.put("sequence", sequence);
        json.put("counted_at", countedAt);
        ObjectNode byState = json.putObject("counts");
        for (TaskState state : TaskState.values()) byState.put(state.word(), counts.of(state));
        ages.oldestPending().ifPresent(age -> json.put("oldest_pending_sec", age));
        ages.oldestRunning().ifPresent(age -> json.put("oldest_running_sec", age));
        ages.mostOverdue().ifPresent(age -> json.put("most_overdue_sec", age));
        return json;
    }

    private static StewardReport fromJson(JsonNode json) {
        Map<TaskState, Long> counts = new EnumMap<>(TaskState.class);
        for (TaskState state : TaskState.values())
            counts.put(state, json.path("counts").path(state.word()).asLong(0));
        return new StewardReport(
                json.path("worker").asText(""),
                json.path("incarnation").asText(""),
                json.path("since").asDouble(0),
                json.path("sequence").asLong(0),
                json.path("counted_at").asDouble(0),
                new QueueCounts(counts),
                new QueueAges(
                        number(json, "oldest_pending_sec"),
                        number(json, "oldest_running_sec"),
                        number(json, "most_overdue_sec")));
    }

    private static OptionalDouble number(JsonNode json, String key) {
        return json.path(key).isNumber() ? OptionalDouble.of(json.path(key).doubleValue()) : OptionalDouble.empty();
    }
}
