package dev.millrace.queue;

import dev.millrace.storage.Disk;
import dev.millrace.task.TaskName;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tasks that wait although an outcome for them was logged, because a power cut undid the renames. They belong to the
 * steward's replay. A worker that joins before the replay must not run one of them again: its outcome would compete
 * with one that a caller has seen. Where the record's terminal file is there, nothing was undone; a waiting file of that
 * name is another task, whose author uses names again.
 *
 * <p>Looked up once, when the worker joins: while it lives, the power does not fail.
 */
final class DecidedElsewhere {
    private final QueueLayout layout;
    private final Disk disk;
    private @Nullable Map<String, Integer> returnsByStem;

    DecidedElsewhere(QueueLayout layout, Disk disk) {
        this.layout = layout;
        this.disk = disk;
    }

    boolean isDecided(TaskName name) throws IOException {
        Integer decidedAt = known().get(name.stem());
        return decidedAt != null && decidedAt >= name.returns();
    }

    private synchronized Map<String, Integer> known() throws IOException {
        Map<String, Integer> found = returnsByStem;
        if (found == null) found = lookUp();
        returnsByStem = found;
        return found;
    }

    private Map<String, Integer> lookUp() throws IOException {
        Map<String, Integer> open = new HashMap<>();
        for (DeadLogs.Valid valid : DeadLogs.peek(disk, layout.outcomes()).all()) {
            LogRecord record = valid.record();
            if (LogReplay.terminal(layout, disk, record).isEmpty()) open.put(record.stem(), record.returns());
        }
        if (!open.isEmpty())
            open.keySet()
                    .retainAll(LogReplay.whereabouts(layout, disk, open::containsKey)
                            .keySet());
        return open;
    }
}
