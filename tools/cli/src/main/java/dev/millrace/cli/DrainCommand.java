package dev.millrace.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.lifecycle.Service;
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

    DrainCommand(Shell shell) {
        super(shell);
    }

    @Override
    Answer answer(Service service) throws Exception {
        List<String> asked = service.drain(workers == null ? List.of() : workers, resume);
        ObjectNode json = Json.object();
        json.put("order", resume ? "run" : "drain");
        json.set("workers", Json.tree(asked));
        String order = resume ? "take work again: " : "finish and take no more: ";
        return Answer.ok(json, order + String.join(", ", asked) + "\n");
    }
}
