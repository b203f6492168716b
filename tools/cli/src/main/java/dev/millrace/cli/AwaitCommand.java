package dev.millrace.cli;

import dev.millrace.json.Json;
import dev.millrace.lifecycle.Service;
import dev.millrace.lifecycle.TaskReceipt;
import dev.millrace.queue.TaskView;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace await}. */
@Command(name = "await", description = "Waits until tasks have ended, and shows what came of them.")
final class AwaitCommand extends AppCommand {
    private static final double WITHOUT_END = 1e9;

    @Parameters(arity = "1..*", paramLabel = "ID", description = "Their ids, or the unique names of their files.")
    List<String> ids = List.of();

    @Option(
            names = "--timeout",
            paramLabel = "S",
            description = "At most so many seconds, all together (default: without end).")
    double timeout = WITHOUT_END;

    AwaitCommand(Shell shell) {
        super(shell);
    }

    @Override
    Answer answer(Service service) throws Exception {
        if (!(timeout >= 0 && timeout <= WITHOUT_END))
            throw CommandException.badCommandLine("--timeout must be 0 to 1e9 seconds, not " + timeout, "");
        List<TaskReceipt> receipts = new ArrayList<>();
        for (String id : ids) {
            TaskView task = FoundTask.all(service, id, where()).get(0);
            receipts.add(service.receipt(task.stem()));
        }
        Results results = new Results(service, receipts);
        results.await(timeout, shell.time());
        return results.answer(Json.object(), true);
    }
}
