package dev.millrace.cli;

import dev.millrace.lifecycle.Service;
import dev.millrace.queue.QueueControl;
import dev.millrace.queue.QueueControl.Changed;
import dev.millrace.queue.TaskView;
import dev.millrace.task.TaskState;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Command;

/** {@code millrace retry}. */
@Command(name = "retry", description = "Runs tasks again that failed or were cancelled, one by one or all that match.")
final class RetryCommand extends BulkCommand {
    RetryCommand(Shell shell) {
        super(shell);
    }

    @Override
    String word() {
        return "retry";
    }

    @Override
    String done() {
        return "submitted again";
    }

    @Override
    Set<TaskState> fitting() {
        return EnumSet.of(TaskState.FAILED);
    }

    @Override
    String shared() {
        return "its line is bad: submit it anew as a file of its own";
    }

    @Override
    List<TaskView> chosen(Service service, String where) throws Exception {
        return selection.findNotRunAgain(service, fitting(), shell, word(), where);
    }

    @Override
    Map<TaskView, Changed> changeAll(QueueControl control, List<TaskView> tasks) throws Exception {
        return control.retryAll(tasks);
    }
}
