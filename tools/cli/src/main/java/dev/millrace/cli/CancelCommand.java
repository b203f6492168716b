package dev.millrace.cli;

import dev.millrace.control.BulkOutcome;
import dev.millrace.lifecycle.Service;
import dev.millrace.queue.QueueControl;
import dev.millrace.queue.TaskView;
import dev.millrace.task.TaskState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace cancel}. */
@Command(
        name = "cancel",
        description =
                "Calls tasks off, one by one or all that match: those that wait end at once; of those that run, the handler is told and interrupted.")
final class CancelCommand extends AppCommand {
    @Mixin
    Selection selection = new Selection();

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why; it stands in the tasks' documents.")
    String reason = "cancelled by an operator";

    private static final Set<TaskState> UNFINISHED =
            Set.of(TaskState.BLOCKED, TaskState.SCHEDULED, TaskState.PENDING, TaskState.RUNNING);

    CancelCommand(Shell shell) {
        super(shell);
    }

    @Override
    Answer answer(Service service) throws Exception {
        List<TaskView> tasks = selection.find(service, UNFINISHED, shell, "cancel", where());
        Map<TaskView, QueueControl.Cancelled> outcomes =
                selection.dryRun ? Map.of() : service.queue().control().cancelAll(tasks, reason);
        StringBuilder text = new StringBuilder();
        List<String> late = new ArrayList<>();
        for (TaskView task : tasks) {
            if (selection.dryRun) {
                text.append(task.id()).append(": would be cancelled\n");
                continue;
            }
            QueueControl.Cancelled outcome = outcomes.getOrDefault(task, QueueControl.Cancelled.UNKNOWN);
            text.append(task.id()).append(": ").append(said(outcome)).append('\n');
            if (outcome == QueueControl.Cancelled.TOO_LATE) late.add(task.id());
        }
        Answer answer = Answer.ok(new BulkOutcome<>(tasks, outcomes).toJson(), text.toString());
        return late.isEmpty()
                ? answer
                : answer.withExit(ExitCode.FAILED).withRemark("had ended before: " + String.join(", ", late));
    }

    private static String said(QueueControl.Cancelled outcome) {
        return switch (outcome) {
            case NOW -> "cancelled";
            case ASKED -> "asked to end; its worker ends it";
            case TOO_LATE -> "had ended before";
            case UNKNOWN -> "is gone";
        };
    }
}
