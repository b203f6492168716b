package dev.millrace.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.lifecycle.Explanation;
import dev.millrace.lifecycle.Service;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code millrace why}. */
@Command(
        name = "why",
        description = "Says why a task, or the tasks of a kind, are not run now, and the way out. Only looks.")
final class WhyCommand extends AppCommand {
    @Parameters(paramLabel = "TASK|KIND", description = "A task's id, the unique name of its file, or a kind.")
    String subject = "";

    WhyCommand(Shell shell) {
        super(shell);
    }

    @Override
    Answer answer(Service service) throws Exception {
        Explanation found = service.why(subject);
        ObjectNode json = Json.object();
        json.put("subject", found.subject());
        json.put("kind", found.kind());
        found.task()
                .ifPresent(task -> json.put("stem", task.stem())
                        .put("state", task.state().word())
                        .put("attempt", task.attempt()));
        ArrayNode causes = json.putArray("causes");
        StringBuilder text = new StringBuilder(found.subject());
        found.task().ifPresent(task -> text.append(" is ").append(task.state().word()));
        text.append('\n');
        for (Explanation.Cause cause : found.causes()) {
            causes.addObject()
                    .put("code", cause.code().word())
                    .put("says", cause.says())
                    .put("next", cause.next());
            text.append("  ").append(Shown.line(cause.says())).append('\n');
            if (!cause.next().isEmpty())
                text.append("    next: ").append(cause.next()).append('\n');
        }
        return Answer.ok(json, text.toString());
    }
}
