package dev.millrace.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.control.BulkOutcome;
import dev.millrace.lifecycle.Service;
import dev.millrace.queue.QueueControl;
import dev.millrace.queue.QueueControl.Changed;
import dev.millrace.queue.TaskView;
import dev.millrace.task.TaskState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Mixin;

/** A command that does the same to many tasks. */
abstract class BulkCommand extends AppCommand {
    private static final int SHOWN = 20;

    @Mixin
    Selection selection = new Selection();

    BulkCommand(Shell shell) {
        super(shell);
    }

    abstract String word();

    /** What is said of a task that it was done to. */
    abstract String done();

    abstract Set<TaskState> fitting();

    /** What is said of a task that cannot be touched alone. */
    abstract String shared();

    abstract Map<TaskView, Changed> changeAll(QueueControl control, List<TaskView> tasks) throws Exception;

    /** The tasks that are meant. */
    List<TaskView> chosen(Service service, String where) throws Exception {
        return selection.find(service, fitting(), shell, word(), where);
    }

    @Override
    final Answer answer(Service service) throws Exception {
        List<TaskView> tasks = chosen(service, where());
        Map<TaskView, Changed> outcomes =
                selection.dryRun ? Map.of() : changeAll(service.queue().control(), tasks);
        List<String> lines = new ArrayList<>();
        List<String> refused = new ArrayList<>();
        for (TaskView task : tasks) {
            Changed outcome = outcomes.getOrDefault(task, Changed.DONE);
            if (outcome != Changed.DONE) refused.add(task.id() + " " + why(outcome, task));
            if (lines.size() < SHOWN)
                lines.add(task.id() + ": " + (outcome == Changed.DONE ? said() : why(outcome, task)));
        }
        ObjectNode json = BulkOutcome.changed(new BulkOutcome<>(tasks, outcomes), selection.dryRun);
        return answer(json, lines, tasks.size(), refused);
    }

    private String said() {
        return selection.dryRun ? "would be " + done() : done();
    }

    private Answer answer(ObjectNode json, List<String> lines, int all, List<String> refused) {
        StringBuilder text = new StringBuilder();
        lines.forEach(line -> text.append(line).append('\n'));
        if (all > lines.size()) text.append("and ").append(all - lines.size()).append(" more\n");
        Answer answer = Answer.ok(json, all == 0 ? "no task matches\n" : text.toString());
        if (refused.isEmpty()) return answer;
        String first = String.join("; ", refused.subList(0, Math.min(3, refused.size())));
        return answer.withExit(ExitCode.FAILED)
                .withRemark(Shown.count(refused.size(), "task") + " could not be " + done() + ": " + first);
    }

    private String why(Changed outcome, TaskView task) {
        return switch (outcome) {
            case DONE -> done();
            case WRONG_STATE -> "is " + task.state().word() + ", and cannot be " + done();
            case SHARED -> "shares a file with others; " + shared();
            case UNFIT -> "is no task document; mend " + task.file() + " first";
            case BEFORE -> "was run again before";
            case TAKEN -> "has a unique_key that another task has by now";
            case UNKNOWN -> "is gone";
        };
    }
}
