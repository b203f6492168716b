package dev.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.control.ProgressReports;
import dev.millrace.control.TaskFacts;
import dev.millrace.lifecycle.Service;
import dev.millrace.liveness.Heartbeat;
import dev.millrace.queue.TaskView;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code millrace task}. */
@Command(name = "task", description = "Shows everything that is known of one task. Only looks.")
final class TaskCommand extends AppCommand {
    @Parameters(paramLabel = "ID", description = "Its id, or the unique name of its file.")
    String id = "";

    TaskCommand(Shell shell) {
        super(shell);
    }

    @Override
    Answer answer(Service service) throws Exception {
        List<TaskView> found = FoundTask.all(service, id, where());
        TaskFacts facts = TaskFacts.of(service, found.get(0));
        List<JsonNode> attempts = service.queue().attempts(facts.record());
        Optional<Heartbeat.Progress> progress =
                ProgressReports.about(service, List.of(facts.view())).of(facts);
        Optional<WaitText> waits = WaitText.of(service, facts);
        TaskText text = new TaskText(facts, attempts, progress, waits, shell);
        ObjectNode json = facts.detail(progress, attempts, olderStems(found));
        waits.ifPresent(others -> json.set("waits", others.toJson()));
        Answer answer = Answer.ok(json, text.toString());
        return found.size() == 1
                ? answer
                : answer.withRemark("this is the newest of " + found.size() + " tasks of that id; the others: "
                        + String.join(", ", olderStems(found)));
    }

    private static List<String> olderStems(List<TaskView> found) {
        return found.stream().skip(1).map(TaskView::stem).toList();
    }
}
