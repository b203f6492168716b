package dev.millrace.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.lifecycle.Service;
import dev.millrace.queue.QueueControl;
import dev.millrace.queue.TaskView;
import dev.millrace.task.TaskState;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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
        ObjectNode json = Json.object();
        ArrayNode list = json.putArray("tasks");
        StringBuilder text = new StringBuilder();
        List<String> late = new ArrayList<>();
        for (TaskView task : tasks) {
            if (selection.dryRun) {
                list.addObject().put("id", task.id()).put("stem", task.stem()).put("outcome", "would");
                text.append(task.id()).append(": would be cancelled\n");
                continue;
            }
            QueueControl.Cancelled outcome = service.queue().control().cancel(task.stem(), reason);
            list.addObject()
                    .put("id", task.id())
                    .put("stem", task.stem())
                    .put("outcome", outcome.name().toLowerCase(Locale.ROOT));
            text.append(task.id()).append(": ").append(said(outcome)).append('\n');
            if (outcome == QueueControl.Cancelled.TOO_LATE) late.add(task.id());
        }
        Answer answer = Answer.ok(json, text.toString());
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
