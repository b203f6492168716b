package dev.millrace.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import picocli.AutoComplete;
import picocli.CommandLine.Command;

/** {@code millrace completion}. */
@Command(
        name = "completion",
        description = {
            "Prints a script that completes commands and options in bash and zsh.",
            "Try it with: source <(millrace completion)"
        })
final class CompletionCommand extends BaseCommand {
    CompletionCommand(Shell shell) {
        super(shell);
    }

    @Override
    Answer answer() {
        String script = AutoComplete.bash("millrace", Commands.all(shell));
        ObjectNode json = Json.object();
        json.put("script", script);
        return Answer.ok(json, script);
    }
}
