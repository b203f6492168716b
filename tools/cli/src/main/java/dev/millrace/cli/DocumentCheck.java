package dev.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.json.MalformedJsonException;
import dev.millrace.schema.DocumentSchema;
import dev.millrace.settings.AppSettings;
import dev.millrace.settings.SettingsException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Checks one document. */
final class DocumentCheck {
    private static final String SETTINGS = "settings";
    private static final String WHOLE = "#";

    private final Shell shell;

    DocumentCheck(Shell shell) {
        this.shell = shell;
    }

    /**
     * One thing that is wrong.
     *
     * @param pointer the place as a JSON pointer, or as line and key of a TOML file
     * @param text what would be right
     */
    record Problem(String pointer, String text) {
        /** From "#/priority: must be ...". */
        static Problem of(String finding) {
            int colon = finding.indexOf(": ");
            boolean placed = finding.startsWith(WHOLE) && colon > 0;
            return placed
                    ? new Problem(finding.substring(0, colon), finding.substring(colon + 2))
                    : new Problem(WHOLE, finding);
        }
    }

    /**
     * What the check came to.
     *
     * @param file as it was named
     * @param kind what it was checked as; empty when that could not be told
     * @param problems empty when it is valid
     * @param warnings what is odd but harmless
     */
    record Result(String file, String kind, List<Problem> problems, List<String> warnings) {
        String toText() {
            StringBuilder text = new StringBuilder();
            for (String warning : warnings)
                text.append("warning: ").append(Shown.line(warning)).append('\n');
            if (problems.isEmpty())
                text.append(Shown.line(file)).append(": valid ").append(kind).append('\n');
            for (Problem problem : problems)
                text.append(Shown.line(file + ": " + problem.pointer() + ": " + problem.text()))
                        .append('\n');
            return text.toString();
        }

        ObjectNode toJson() {
            ObjectNode json = Json.object();
            json.put("file", file);
            json.put("kind", kind.isEmpty() ? null : kind);
            json.put("valid", problems.isEmpty());
            ArrayNode list = json.putArray("problems");
            for (Problem problem : problems)
                list.addObject().put("pointer", problem.pointer()).put("problem", problem.text());
            json.set("warnings", Json.tree(warnings));
            return json;
        }
    }

    Result check(String file, Optional<DocumentSchema> as) {
        if (file.endsWith(".toml")) return settings(file);
        try {
            JsonNode document = Json.parse(JsonInput.bytes(file, shell));
            Optional<DocumentSchema> schema = as.or(() -> DocumentSchema.guess(document));
            return schema.isPresent() ? document(file, schema.get(), document) : unknown(file);
        } catch (MalformedJsonException e) {
            return failed(file, new Problem(WHOLE, e.reason()));
        } catch (IOException e) {
            return failed(file, new Problem(WHOLE, "cannot be read: " + JsonInput.reason(e)));
        }
    }

    private static Result document(String file, DocumentSchema schema, JsonNode document) {
        List<Problem> problems =
                schema.problems(document).stream().map(Problem::of).toList();
        return new Result(file, ValidateCommand.word(schema), problems, List.of());
    }

    private static Result unknown(String file) {
        String known = Arrays.stream(DocumentSchema.values())
                .map(DocumentSchema::id)
                .flatMap(Optional::stream)
                .collect(Collectors.joining(", "));
        return failed(
                file,
                new Problem(
                        "#/schema",
                        "names none of ours (" + known + "), and it is no heartbeat; say what it is with --as"));
    }

    private static Result failed(String file, Problem problem) {
        return new Result(file, "", List.of(problem), List.of());
    }

    /** Settings are read as a start reads them, and put together, so that two which do not fit are found as well. */
    private Result settings(String file) {
        try {
            AppSettings settings = AppSettings.read(shell.folder().resolve(file));
            settings.service();
            return new Result(file, SETTINGS, List.of(), settings.warnings());
        } catch (SettingsException e) {
            String place = (e.line() > 0 ? "line " + e.line() + " " : "") + e.key();
            return new Result(
                    file,
                    SETTINGS,
                    List.of(new Problem(place.isBlank() ? WHOLE : place.strip(), e.problem())),
                    List.of());
        }
    }
}
