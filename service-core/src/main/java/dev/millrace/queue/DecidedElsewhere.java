package dev.millrace.queue;

import dev.millrace.task.TaskName;
import dev.millrace.task.TaskOrder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tasks that wait although an outcome for them was logged, because a power cut undid the renames. They belong to the
 * steward's replay. A worker that joins before the replay must not run one of them again: its outcome would compete
 * with one that a caller has seen. Where the record's terminal file is there, nothing was undone; a waiting file of that
 * name is another task, whose author uses names again.
 *
 * <p>Looked up once, when the worker joins: while it lives, the power does not fail. What was found then of foreign names is
 * looked up again now and then, because the same document may have been dropped again; it is another task as soon as the
 * log is gone.
 */
final class DecidedElsewhere {
    private static final long LOOK_AGAIN_NANOS = 60_000_000_000L;

    private final QueueLayout layout;
    private final QueuePorts ports;
    private final Namesakes namesakes;
    private final UnreadableLogs unreadable;
    private @Nullable Map<String, List<DeadLogs.Valid>> open;
    private long lookedAt;

    DecidedElsewhere(QueueLayout layout, QueuePorts ports) {
        this.layout = layout;
        this.ports = ports;
        this.namesakes = new Namesakes(layout, ports.disk());
        this.unreadable = new UnreadableLogs(ports);
    }

    /** True when a file that waits, as a task of this name, has an outcome. */
    boolean isDecided(Path file, TaskName name) throws IOException {
        List<DeadLogs.Valid> records = of(name.stem());
        if (namesakes.recordOf(file, name, records).isEmpty()) return false;
        return TaskOrder.isOurs(name.stem()) || isStillLogged(file, name);
    }

    private boolean isStillLogged(Path file, TaskName name) throws IOException {
        forgetDropped();
        return namesakes.recordOf(file, name, of(name.stem())).isPresent();
    }

    private synchronized List<DeadLogs.Valid> of(String stem) throws IOException {
        Map<String, List<DeadLogs.Valid>> found = open;
        if (found == null) found = lookUp();
        open = found;
        return found.getOrDefault(stem, List.of());
    }

    private Map<String, List<DeadLogs.Valid>> lookUp() throws IOException {
        lookedAt = ports.time().nanos();
        Map<String, List<DeadLogs.Valid>> found = new HashMap<>();
        DeadLogs logs = peek();
        for (DeadLogs.Valid valid : logs.all()) {
            LogRecord record = valid.record();
            boolean mayWait = !TaskOrder.isOurs(record.stem())
                    || namesakes.terminal(record).isEmpty();
            if (mayWait) found.put(record.stem(), List.copyOf(logs.of(record.stem())));
        }
        if (!found.isEmpty()) found.keySet().retainAll(waiting(found.keySet()));
        return found;
    }

    /** What goes from one folder to another while they are listed may not be met, but not twice. */
    private Set<String> waiting(Set<String> stems) throws IOException {
        Set<String> waiting = new HashSet<>();
        for (int look = 0; look < 2; look++) {
            AsideTasks.forEach(
                    layout, ports.disk(), one -> waiting.add(one.name().stem()));
            waiting.addAll(
                    LogReplay.whereabouts(layout, ports.disk(), stems::contains).keySet());
        }
        waiting.retainAll(stems);
        return waiting;
    }

    private synchronized void forgetDropped() throws IOException {
        Map<String, List<DeadLogs.Valid>> known = open;
        long now = ports.time().nanos();
        if (known == null || now - lookedAt < LOOK_AGAIN_NANOS) return;
        lookedAt = now;
        DeadLogs logs = peek();
        known.replaceAll((stem, records) ->
                records.stream().filter(logs.of(stem)::contains).toList());
    }

    private DeadLogs peek() throws IOException {
        return DeadLogs.peek(ports.disk(), layout.outcomes(), unreadable);
    }
}
