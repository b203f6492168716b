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
 * with one that a caller has seen.
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
        if (returnsByStem == null) returnsByStem = lookUp();
        Integer decidedAt = returnsByStem.get(name.stem());
        return decidedAt != null && decidedAt >= name.returns();
    }

    private Map<String, Integer> lookUp() throws IOException {
        Map<String, Integer> decided = new HashMap<>();
        DeadLogs logs = DeadLogs.peek(disk, layout.outcomes());
        if (logs.isEmpty()) return decided;
        LogReplay.whereabouts(layout, disk)
                .forEach((stem, found) -> logs.of(stem)
                        .filter(valid ->
                                valid.record().returns() >= found.name().returns())
                        .ifPresent(valid -> decided.put(stem, valid.record().returns())));
        return decided;
    }
}
