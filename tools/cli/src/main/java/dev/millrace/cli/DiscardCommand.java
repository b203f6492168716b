package dev.millrace.cli;

import dev.millrace.queue.QueueControl;
import dev.millrace.queue.QueueControl.Changed;
import dev.millrace.queue.TaskView;
import dev.millrace.task.TaskState;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Command;

/** {@code millrace discard}. */
@Command(
        name = "discard",
        description = "Removes ended tasks with their results and logs, one by one or all that match.")
final class DiscardCommand extends BulkCommand {
    DiscardCommand(Shell shell) {
        super(shell);
    }

    @Override
    String word() {
        return "discard";
    }

    @Override
    String done() {
        return "removed";
    }

    @Override
    Set<TaskState> fitting() {
        return EnumSet.of(TaskState.DONE, TaskState.FAILED, TaskState.CANCELLED);
    }

    @Override
    String shared() {
        return "name all that are in it, or leave it to retention (cleanup_done_ttl_sec and the others)";
    }

    @Override
    Map<TaskView, Changed> changeAll(QueueControl control, List<TaskView> tasks) throws Exception {
        return control.discardAll(tasks);
    }
}
