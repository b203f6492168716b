package dev.millrace.cli;

import dev.millrace.lifecycle.Explanation;
import dev.millrace.lifecycle.Service;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code millrace why}. */
@Command(
        name = "why",
        description = "Says why a task, or the tasks of a kind, are not run now, and the way out. Only looks.")
final class WhyCommand extends AppCommand {
    @Parameters(paramLabel = "TASK_OR_KIND", description = "A task's id, the unique name of its file, or a kind.")
    String subject = "";

    WhyCommand(Shell shell) {
        super(shell);
    }

    @Override
    Answer answer(Service service) throws Exception {
        Explanation found = service.why(subject);
        StringBuilder text = new StringBuilder(found.subject());
        found.task().ifPresent(task -> text.append(" is ").append(task.state().word()));
        text.append('\n');
        for (Explanation.Cause cause : found.causes()) {
            text.append("  ").append(Shown.line(cause.says())).append('\n');
            if (!cause.next().isEmpty())
                text.append("    next: ").append(cause.next()).append('\n');
        }
        return Answer.ok(found.toJson(), text.toString());
    }
}
