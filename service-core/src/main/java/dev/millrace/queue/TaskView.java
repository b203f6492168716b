package dev.millrace.queue;

import dev.millrace.task.BatchName;
import dev.millrace.task.ClaimName;
import dev.millrace.task.TaskName;
import dev.millrace.task.TaskOrder;
import dev.millrace.task.TaskState;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What a task's file name says.
 *
 * @param stem its unique name for life
 * @param id what people call it
 * @param state where it is
 * @param attempt the attempt that waits, runs or, for terminal tasks, 0 (the document tells)
 * @param returns how often it came back from running; 0 for terminal tasks
 * @param incarnation who runs it; empty when nobody does
 * @param file its file
 * @param due when it is to be started or tried again, epoch seconds; of a task with a file of its own in scheduled/ alone,
 *     of one that shares its file wherever that lies. Empty when it was never put off, or has ended
 */
public record TaskView(
        String stem,
        String id,
        TaskState state,
        int attempt,
        int returns,
        String incarnation,
        Path file,
        OptionalDouble due) {
    /** What whoever asks in vain for an id may not know. */
    public static final String DROPPED_FILES =
            "a file that was dropped is called by its file name, whatever task_id it holds";

    /** A task that has a file of its own; its name tells the id. */
    public static TaskView single(
            String stem, TaskState state, int attempt, int returns, String incarnation, Path file) {
        return new TaskView(stem, TaskOrder.idOf(stem), state, attempt, returns, incarnation, file, dueOf(state, file));
    }

    /** The same by the name of its file in the folder of a state. */
    static TaskView single(Path folder, TaskState state, String name) {
        Path file = folder.resolve(name);
        if (!TaskName.isTaskFile(name)) return single(name, state, 0, 0, "", file);
        Optional<ClaimName> claim = state == TaskState.RUNNING ? ClaimName.parse(name) : Optional.empty();
        if (claim.isPresent())
            return waiting(claim.get().task(), state, claim.get().incarnation(), file);
        TaskName task = TaskName.parse(state == TaskState.SCHEDULED ? Promotion.taskFileName(name) : name);
        return state.isTerminal() ? single(task.stem(), state, 0, 0, "", file) : waiting(task, state, "", file);
    }

    private static TaskView waiting(TaskName task, TaskState state, String incarnation, Path file) {
        return single(task.stem(), state, task.attempt(), task.returns(), incarnation, file);
    }

    /** When a file in scheduled/ is to be moved to those that wait. */
    static OptionalDouble dueOf(TaskState state, Path file) {
        OptionalLong millis = state == TaskState.SCHEDULED
                ? Promotion.dueMillis(String.valueOf(file.getFileName()))
                : OptionalLong.empty();
        return millis.isPresent() ? OptionalDouble.of(millis.getAsLong() / 1e3) : OptionalDouble.empty();
    }

    /**
     * Which task of which batch it is; empty for one that has a file of its own. The file tells: a stranger may spell the
     * name of his as we spell those of tasks in batches.
     */
    Optional<BatchName.Part> part() {
        return BatchName.isBatchFile(String.valueOf(file.getFileName())) ? BatchName.partOf(stem) : Optional.empty();
    }

    /** True for a task that shares its file with others. */
    boolean isPart() {
        return part().isPresent();
    }

    /** Its unique name, or that of the batch of which it is a part. */
    String fileStem() {
        return part().map(BatchName.Part::stem).orElse(stem);
    }
}
