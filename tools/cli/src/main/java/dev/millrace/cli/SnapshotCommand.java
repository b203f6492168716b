package dev.millrace.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.lifecycle.Service;
import dev.millrace.settings.ServeOptions;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code millrace snapshot}. */
@Command(
        name = "snapshot",
        description = "Writes the operator's snapshot, made from the service as it is now, and prints its path.")
final class SnapshotCommand extends AppCommand {
    @Option(names = "--observe", description = "Only look at the service: mend nothing.")
    boolean observe;

    SnapshotCommand(Shell shell) {
        super(shell);
    }

    @Override
    Answer answer(Service service) throws Exception {
        Path file = service.exportSnapshot(ServeOptions.defaults().withObserve(observe));
        ObjectNode json = Json.object();
        json.put("path", file.toString());
        return Answer.ok(json, file + "\n");
    }
}
