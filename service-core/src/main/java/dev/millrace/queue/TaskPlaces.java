package dev.millrace.queue;

import dev.millrace.storage.Disk;
import dev.millrace.task.BatchName;
import dev.millrace.task.TaskOrder;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where tasks lie, by their unique names. Strangers use names again: then one task of a name may wait while others have
 * ended, in several folders.
 */
final class TaskPlaces {
    /** What runs comes first, too: from there tasks go back to folders that were listed before. */
    static final List<TaskState> WAITING =
            List.of(TaskState.RUNNING, TaskState.BLOCKED, TaskState.SCHEDULED, TaskState.PENDING, TaskState.RUNNING);

    private static final int LOOKS = 2;

    private final QueueLayout layout;
    private final Disk disk;
    private final BatchLook batches;
    private final EndedTasks ended;

    TaskPlaces(QueueLayout layout, Disk disk, BatchLook batches) {
        this.layout = layout;
        this.disk = disk;
        this.batches = batches;
        this.ended = new EndedTasks(layout, disk);
    }

    /**
     * Wherever it is; of several, the one that has not ended. A stranger may call a file of its own as tasks of batches are
     * called, so it is looked for, too.
     */
    Optional<TaskView> locate(String stem) throws IOException {
        Optional<BatchName.Part> part = BatchName.partOf(stem);
        Optional<TaskView> inBatch = part.isEmpty()
                ? Optional.empty()
                : batches.contentOf(part.get())
                        .map(content -> content.view(part.get().index()));
        return inBatch.isPresent() || (part.isPresent() && TaskOrder.isOurs(stem)) ? inBatch : single(stem);
    }

    /** As above, but of several that bear just this name the one that has ended in one of some states. */
    Optional<TaskView> locateEnded(String stem, List<TaskState> states) throws IOException {
        Optional<TaskView> terminal = ended.named(stem, states);
        return terminal.isPresent() ? terminal : locate(stem);
    }

    /** A single task that has ended and bears just this name. */
    Optional<TaskView> terminal(String stem) throws IOException {
        return ended.named(stem);
    }

    /**
     * Terminal names are known; the others must be listed. A task that goes back while the folders are listed one after
     * the other may be found in none of them, so nowhere counts only when it was nowhere again.
     */
    private Optional<TaskView> single(String stem) throws IOException {
        for (int look = 0; look < LOOKS; look++) {
            Optional<TaskView> found = searched(stem);
            if (found.isPresent()) return found;
        }
        return ended.last(stem);
    }

    private Optional<TaskView> searched(String stem) throws IOException {
        Optional<TaskView> known = TaskOrder.isOurs(stem) ? ended.named(stem) : Optional.empty();
        if (known.isPresent()) return known;
        LogReplay.Whereabouts found =
                LogReplay.whereabouts(layout, disk, stem::equals).get(stem);
        if (found == null) return Optional.empty();
        Path folder = Disk.parentOf(found.file());
        String name = String.valueOf(found.file().getFileName());
        return TaskState.of(String.valueOf(folder.getFileName())).map(state -> TaskView.single(folder, state, name));
    }
}
