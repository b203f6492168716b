package dev.millrace.queue;

import dev.millrace.storage.Disk;
import dev.millrace.storage.FileFacts;
import dev.millrace.task.BatchName;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Removes outcome logs of batches that are nowhere: a power cut has taken a batch that was never acknowledged and left the
 * log of whoever had claimed it, or somebody has removed its file by hand.
 *
 * <p>A batch moves both ways while folders are listed one after the other, so that not to find it once proves nothing. A log is
 * removed when nobody has written to it for a day, and its batch was found nowhere, twice in each of two looks that lie an
 * hour apart by a clock that nobody can set.
 */
final class LeftBatchLogs {
    private static final Duration OLD = Duration.ofDays(1);
    private static final Duration BETWEEN_LOOKS = Duration.ofHours(1);

    /** Folders are read one after the other, and a batch that goes back meanwhile is met by the second. */
    private static final int LOOKS = 2;

    private final QueueLayout layout;
    private final QueuePorts ports;
    private final Disk disk;
    private Set<String> doubted = Set.of();
    private OptionalLong lookedAt = OptionalLong.empty();

    LeftBatchLogs(QueueLayout layout, QueuePorts ports) {
        this.layout = layout;
        this.ports = ports;
        this.disk = ports.disk();
    }

    void step() throws IOException {
        long nanos = ports.time().nanos();
        if (lookedAt.isPresent() && nanos - lookedAt.getAsLong() < BETWEEN_LOOKS.toNanos()) return;
        Instant now = ports.time().instant();
        Set<String> nowhere = new HashSet<>();
        List<String> logs = disk.sortedNames(layout.outcomes());
        for (String name : logs) BatchLogName.parse(name).ifPresent(log -> nowhere.add(log.stem()));
        for (int look = 0; look < LOOKS && !nowhere.isEmpty(); look++) {
            nowhere.removeAll(StagedGroups.stems(layout, disk));
            for (TaskState state : TaskState.values()) nowhere.removeAll(stemsIn(state));
        }
        for (String name : logs) {
            Optional<String> stem = BatchLogName.parse(name).map(BatchLogName::stem);
            boolean left = stem.filter(nowhere::contains).isPresent();
            if (left && !isOld(name, now)) nowhere.remove(stem.get());
        }
        for (String name : logs)
            if (BatchLogName.parse(name)
                    .filter(log -> nowhere.contains(log.stem()) && doubted.contains(log.stem()))
                    .isPresent()) disk.delete(layout.outcomes().resolve(name));
        doubted = nowhere;
        lookedAt = OptionalLong.of(nanos);
    }

    private boolean isOld(String log, Instant now) throws IOException {
        Path file = layout.outcomes().resolve(log);
        return disk.facts(file)
                .map(FileFacts::modified)
                .filter(written -> written.isBefore(now.minus(OLD)))
                .isPresent();
    }

    private Set<String> stemsIn(TaskState state) throws IOException {
        Set<String> stems = new HashSet<>();
        disk.forEachName(layout.folder(state), name -> {
            if (BatchName.isBatchFile(name))
                stems.add(BatchLook.nameIn(state, name).stem());
        });
        return stems;
    }
}
