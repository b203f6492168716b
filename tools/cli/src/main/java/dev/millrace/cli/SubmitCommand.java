package dev.millrace.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.lifecycle.Service;
import dev.millrace.lifecycle.SubmitReport;
import dev.millrace.lifecycle.TaskReceipt;
import dev.millrace.liveness.Heartbeats;
import dev.millrace.queue.Submission;
import dev.millrace.queue.TaskGroup;
import dev.millrace.storage.Disk;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace submit}. */
@Command(
        name = "submit",
        abbreviateSynopsis = true,
        description = "Submits one task, a task document, or a plan in AGILAB's form, and prints the ids.")
final class SubmitCommand extends AppCommand {
    private static final double WITHOUT_END = 1e9;

    @Mixin
    TaskOptions task = new TaskOptions();

    @Mixin
    PlanOptions plan = new PlanOptions();

    @Mixin
    ArgOptions args = new ArgOptions();

    @Mixin
    GroupOptions group = new GroupOptions();

    @Option(names = "--file", paramLabel = "FILE", description = "A task document; - is standard input.")
    @Nullable
    String file;

    @Option(
            names = "--wait",
            arity = "0..1",
            fallbackValue = "1e9",
            paramLabel = "S",
            description =
                    "Wait for the end and show the result; at most so many seconds, without end when none are given.")
    @Nullable
    Double wait;

    SubmitCommand(Shell shell) {
        super(shell);
    }

    @Override
    Answer answer(Service service) throws Exception {
        if (wait != null && !(wait >= 0 && wait <= WITHOUT_END))
            throw CommandException.badCommandLine("--wait must be 0 to 1e9 seconds, not " + wait, "");
        requireOneForm();
        if (group.isGiven()) return submitGroup(service);
        return plan.isGiven() ? submitPlan(service) : submitTask(service);
    }

    private void requireOneForm() throws CommandException {
        boolean single = task.isGiven();
        boolean withArgs = args.each != null || args.whole != null;
        if (group.isGiven() && plan.isGiven())
            throw CommandException.badCommandLine(
                    "the tasks of a group stand in --file, so a plan cannot be given with it", "put it into the file");
        if (file != null && !group.isGiven() && (single || withArgs || plan.isGiven()))
            throw CommandException.badCommandLine(
                    "--file brings the whole task, so other options of the task cannot be given",
                    "put them into the file");
        if (plan.isGiven() && single)
            throw CommandException.badCommandLine(
                    "a plan goes to every worker's default handler; " + task.given() + " cannot be given with it",
                    "leave it out, or submit single tasks");
    }

    private Answer submitTask(Service service) throws Exception {
        TaskReceipt receipt =
                service.submit(file == null ? task.task(args.read(shell), shell) : TaskFile.read(file, shell));
        ObjectNode json = Json.object();
        json.put("status", receipt.fate() == Submission.Fate.DISCARDED ? "discarded" : "queued");
        return warned(service, told(receipt, finished(service, json, List.of(receipt))));
    }

    private Answer submitGroup(Service service) throws Exception {
        TaskGroup whole = group.group(file, task, args.read(shell), shell);
        TaskReceipt callback = service.submitGroup(whole);
        ObjectNode json = Json.object();
        json.put("status", "queued");
        json.putObject("group")
                .put("name", whole.name())
                .put("tasks", whole.tasks().size());
        return finished(service, json, List.of(callback));
    }

    /** What its unique key has made of the task. */
    private static Answer told(TaskReceipt receipt, Answer answer) {
        String holder = receipt.id() + " has this unique key (" + receipt.stem() + ")";
        String remark = switch (receipt.fate()) {
            case ADDED -> "";
            case REPLACED -> "an earlier task with this unique key was waiting and is cancelled";
            case EXISTING -> "nothing was added: " + holder;
            case DISCARDED -> "discarded, nothing was added: " + holder;
        };
        if (remark.isEmpty()) return answer;
        return answer.withRemark(answer.remark().isEmpty() ? remark : remark + "\n" + answer.remark());
    }

    /** A name that nobody bears is allowed, because workers come and go; but it is most often a slip. */
    private Answer warned(Service service, Answer answer) throws Exception {
        if (task.worker == null || task.worker.isBlank()) return answer;
        Set<String> there = Heartbeats.readAll(
                        Disk.local(), service.queue().layout().heartbeats())
                .keySet();
        if (there.isEmpty() || there.contains(task.worker)) return answer;
        String warning = "the service has no worker '" + task.worker + "' (it has " + String.join(", ", there)
                + "), so any of them may run the task";
        return answer.withRemark(answer.remark().isEmpty() ? warning : warning + "\n" + answer.remark());
    }

    private Answer submitPlan(Service service) throws Exception {
        SubmitReport report = service.submitPlan(plan.submission(args.read(shell), shell));
        List<TaskReceipt> receipts = new ArrayList<>();
        report.tasks().forEach(submission -> receipts.add(service.receipt(submission.stem())));
        return finished(service, report.toJson(), receipts);
    }

    private Answer finished(Service service, ObjectNode json, List<TaskReceipt> receipts) throws Exception {
        Results results = new Results(service, receipts);
        if (wait != null) results.await(wait, shell.time());
        return results.answer(json, wait != null);
    }
}
