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

/** {@code millrace requeue}. */
@Command(name = "requeue", description = "Lets tasks that wait for their time begin now, one by one or all that match.")
final class RequeueCommand extends BulkCommand {
    RequeueCommand(Shell shell) {
        super(shell);
    }

    @Override
    String word() {
        return "requeue";
    }

    @Override
    String done() {
        return "put in line";
    }

    @Override
    Set<TaskState> fitting() {
        return EnumSet.of(TaskState.SCHEDULED);
    }

    @Override
    String shared() {
        return "nobody has begun it, so it begins with all of them: name them all";
    }

    @Override
    Map<TaskView, Changed> changeAll(QueueControl control, List<TaskView> tasks) throws Exception {
        return control.requeueAll(tasks);
    }
}
