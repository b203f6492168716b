package dev.millrace.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.schema.DocumentSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
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
            completionCandidates = Kinds.class,
            description = "What they are, when they do not say it themselves: ${COMPLETION-CANDIDATES}.")
    @Nullable
    String as;

    ValidateCommand(Shell shell) {
        super(shell);
    }

    /** The words of the kinds, for help and completion. */
    static final class Kinds extends ArrayList<String> {
        private static final long serialVersionUID = 1L;

        Kinds() {
            for (DocumentSchema schema : DocumentSchema.values()) add(word(schema));
        }
    }

    private static Optional<DocumentSchema> kind(@Nullable String word) throws CommandException {
        if (word == null) return Optional.empty();
        for (DocumentSchema schema : DocumentSchema.values()) if (word(schema).equals(word)) return Optional.of(schema);
        throw CommandException.badCommandLine(
                "--as must be one of " + String.join(", ", new Kinds()) + ", not '" + word + "'", "");
    }

    @Override
    Answer answer() throws CommandException {
        Optional<DocumentSchema> kind = kind(as);
        StringBuilder text = new StringBuilder();
        ObjectNode json = Json.object();
        ArrayNode results = json.putArray("files");
        boolean valid = true;
        for (String file : files) {
            DocumentCheck.Result result = new DocumentCheck(shell).check(file, kind);
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
