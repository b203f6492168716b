package dev.millrace.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.schema.DocumentSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace validate}. */
@Command(
        name = "validate",
        description =
                "Checks documents against their schemas: tasks, heartbeats, records, health, snapshots, sidecars of"
                        + " refused files, and app_settings.toml. Changes nothing.")
final class ValidateCommand extends BaseCommand {
    @Parameters(arity = "1..*", paramLabel = "FILE", description = "What to check; - is standard input.")
    List<String> files = new ArrayList<>();

    @Option(
            names = "--as",
            paramLabel = "KIND",
            description = "What they are, when they do not say it themselves: ${COMPLETION-CANDIDATES}.")
    @Nullable
    DocumentSchema as;

    ValidateCommand(Shell shell) {
        super(shell);
    }

    @Override
    Answer answer() {
        StringBuilder text = new StringBuilder();
        ObjectNode json = Json.object();
        ArrayNode results = json.putArray("files");
        boolean valid = true;
        for (String file : files) {
            DocumentCheck.Result result = new DocumentCheck(shell).check(file, as);
            results.add(result.toJson());
            text.append(result.toText());
            valid &= result.problems().isEmpty();
        }
        json.put("valid", valid);
        return Answer.ok(json, text.toString()).withExit(valid ? ExitCode.OK : ExitCode.FAILED);
    }

    static String word(DocumentSchema schema) {
        return schema.name().toLowerCase(Locale.ROOT);
    }
}
