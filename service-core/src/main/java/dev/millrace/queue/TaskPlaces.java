package dev.millrace.queue;

import dev.millrace.storage.Disk;
import dev.millrace.task.BatchName;
import dev.millrace.task.TaskName;
import dev.millrace.task.TaskOrder;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Where tasks lie, by their unique names. */
final class TaskPlaces {
    private static final int LOOKS = 2;

    private final QueueLayout layout;
    private final Disk disk;
    private final BatchLook batches;

    TaskPlaces(QueueLayout layout, Disk disk, BatchLook batches) {
        this.layout = layout;
        this.disk = disk;
        this.batches = batches;
    }

    /** Wherever it is. A stranger may call a file of its own as tasks of batches are called, so it is looked for, too. */
    Optional<TaskView> locate(String stem) throws IOException {
        Optional<BatchName.Part> part = BatchName.partOf(stem);
        Optional<TaskView> inBatch = part.isEmpty()
                ? Optional.empty()
                : batches.contentOf(part.get()).map(content -> content.view(part.get().index()));
        return inBatch.isPresent() || (part.isPresent() && TaskOrder.isOurs(stem)) ? inBatch : single(stem);
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
        return terminalWithCounts(stem);
    }

    private Optional<TaskView> searched(String stem) throws IOException {
        Optional<TaskView> terminal = terminal(stem);
        if (terminal.isPresent()) return terminal;
        LogReplay.Whereabouts found =
                LogReplay.whereabouts(layout, disk, stem::equals).get(stem);
        if (found == null) return Optional.empty();
        Path folder = Disk.parentOf(found.file());
        String name = String.valueOf(found.file().getFileName());
        return TaskState.of(String.valueOf(folder.getFileName())).map(state -> TaskView.single(folder, state, name));
    }

    /** AGILAB's workers publish a task that was tried before under the name that it had in pending. */
    private Optional<TaskView> terminalWithCounts(String stem) throws IOException {
        Optional<TaskView> terminal = terminal(stem);
        if (terminal.isPresent()) return terminal;
        List<TaskView> found = new ArrayList<>();
        for (TaskState state : List.of(TaskState.DONE, TaskState.FAILED)) {
            Path folder = layout.folder(state);
            LogReplay.forEachTask(disk, folder, name -> {
                if (!name.startsWith(stem)) return;
                TaskView view = TaskView.single(folder, state, name);
                if (view.stem().equals(stem)) found.add(view);
            });
        }
        return found.stream().findFirst();
    }

    /** A single task that has ended, by its unique name. */
    Optional<TaskView> terminal(String stem) throws IOException {
        for (TaskState state : List.of(TaskState.DONE, TaskState.FAILED, TaskState.CANCELLED)) {
            String name = stem + TaskName.SUFFIX;
            Optional<Path> file = layout.file(state, name);
            if (file.isPresent() && disk.exists(file.get()))
                return Optional.of(TaskView.single(layout.folder(state), state, name));
        }
        return Optional.empty();
    }
}
