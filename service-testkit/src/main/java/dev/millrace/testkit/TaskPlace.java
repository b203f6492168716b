package dev.millrace.testkit;

import dev.millrace.queue.QueueLayout;
import dev.millrace.storage.Disk;
import dev.millrace.task.BatchClaimName;
import dev.millrace.task.BatchName;
import dev.millrace.task.ClaimName;
import dev.millrace.task.TaskName;
import dev.millrace.task.TaskState;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the file of a task, or of a batch, lies, as its path tells.
 *
 * @param file its path
 * @param state the folder's state; empty for a task that lies ready to be run again
 * @param stem its unique name for life
 * @param attempt the attempt that waits or runs, 1 for batches and where the name does not tell
 * @param batch what the name of a batch says; empty for a task with a file of its own
 */
record TaskPlace(Path file, Optional<TaskState> state, String stem, int attempt, Optional<BatchName> batch) {
    private static final int LEAST_DUE_DIGITS = 13;

    /** Empty for what is no task: drafts, logs, sidecars. */
    static Optional<TaskPlace> of(QueueLayout layout, Path file) {
        String name = String.valueOf(file.getFileName());
        boolean isTask = TaskName.isTaskFile(name) || BatchName.isBatchFile(name);
        if (!isTask || name.startsWith(".")) return Optional.empty();
        Path parent = Disk.parentOf(file);
        Optional<TaskState> state = TaskState.of(String.valueOf(parent.getFileName()));
        if (layout.root().equals(parent.getParent())) return state.map(in -> in(in, file, name));
        if (!parent.equals(secondRuns(layout))) return Optional.empty();
        String fileName = name.substring(name.indexOf('.') + 1);
        TaskName task = TaskName.parse(withoutDue(fileName));
        return Optional.of(new TaskPlace(file, Optional.empty(), task.stem(), task.attempt(), Optional.empty()));
    }

    /** Where tasks lie that are to be run again. */
    static Path secondRuns(QueueLayout layout) {
        return layout.control().resolve("second-runs");
    }

    private static TaskPlace in(TaskState state, Path file, String name) {
        if (BatchName.isBatchFile(name)) {
            BatchName batch = state == TaskState.RUNNING
                    ? BatchClaimName.parse(name).map(BatchClaimName::batch).orElseGet(() -> BatchName.parse(name))
                    : BatchName.parse(state == TaskState.SCHEDULED ? withoutDue(name) : name);
            return new TaskPlace(file, Optional.of(state), batch.stem(), 1, Optional.of(batch));
        }
        TaskName task = state == TaskState.RUNNING
                ? ClaimName.parse(name).map(ClaimName::task).orElseGet(() -> TaskName.parse(name))
                : TaskName.parse(state == TaskState.SCHEDULED ? withoutDue(name) : name);
        return new TaskPlace(file, Optional.of(state), task.stem(), task.attempt(), Optional.empty());
    }

    /** A name in scheduled/ begins with the moment in which it is due. */
    private static String withoutDue(String name) {
        int digits = 0;
        while (digits < name.length() && Character.isDigit(name.charAt(digits))) digits++;
        boolean due = digits >= LEAST_DUE_DIGITS && digits + 1 < name.length() && name.charAt(digits) == '-';
        return due ? name.substring(digits + 1) : name;
    }

    boolean isTerminal() {
        return state.filter(TaskState::isTerminal).isPresent();
    }

    boolean isIn(TaskState one) {
        return state.equals(Optional.of(one));
    }

    /** How many tasks the file holds. */
    int tasks() {
        return batch.map(BatchName::count).orElse(1);
    }

    /** Folder and name, for people. */
    String shown() {
        return Disk.parentOf(file).getFileName() + "/" + file.getFileName();
    }
}
