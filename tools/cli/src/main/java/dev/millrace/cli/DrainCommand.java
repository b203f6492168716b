package dev.millrace.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.lifecycle.Service;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace drain}. */
@Command(
        name = "drain",
        description = "Asks workers to finish what they run and take no more, or with --resume to take work again.")
final class DrainCommand extends AppCommand {
    @Parameters(arity = "0..*", paramLabel = "WORKER", description = "Their names; none means all of them.")
    @Nullable
    List<String> workers;

    @Option(names = "--resume", description = "Let them take work again.")
    boolean resume;

    @Option(
            names = "--deadline",
            paramLabel = "S",
            description = "Give back what has not ended after so many seconds: others run it, and no attempt is spent.")
    @Nullable
    Double deadline;

    DrainCommand(Shell shell) {
        super(shell);
    }

    @Override
    Answer answer(Service service) throws Exception {
        List<String> asked = asked(service, workers == null ? List.of() : workers);
        ObjectNode json = Json.object();
        json.put("order", resume ? "run" : "drain");
        json.set("workers", Json.tree(asked));
        String order = resume ? "take work again: " : "finish and take no more: ";
        return Answer.ok(json, order + String.join(", ", asked) + "\n");
    }

    private List<String> asked(Service service, List<String> named) throws Exception {
        if (deadline == null) return service.drain(named, resume);
        if (resume)
            throw CommandException.badCommandLine("either --resume or --deadline, not both", "millrace drain --help");
        if (!(deadline >= 0 && deadline <= 1e9))
            throw CommandException.badCommandLine("--deadline must be 0 to 1e9 seconds, not " + deadline, "");
        return service.drainWithin(named, Duration.ofMillis(Math.round(deadline * 1e3)));
    }
}
