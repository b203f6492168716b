package dev.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.millrace.json.Json;
import dev.millrace.json.MalformedJsonException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Arguments, one by one or as one JSON object. */
final class ArgOptions {
    @Option(
            names = "--arg",
            paramLabel = "NAME=VALUE",
            description = "One argument. A value that is JSON is taken as that (5, true, [1,2]), any other as text.")
    @Nullable
    List<String> each;

    @Option(
            names = "--args",
            paramLabel = "JSON",
            description = "All arguments as one JSON object, or @FILE with one; --arg wins over it.")
    @Nullable
    String whole;

    /** What was given; empty when nothing was. */
    Optional<ObjectNode> read(Shell shell) throws CommandException {
        if (each == null && whole == null) return Optional.empty();
        ObjectNode args = whole == null ? Json.object() : JsonInput.object("--args", whole, shell);
        for (String one : each == null ? List.<String>of() : each) add(args, one);
        return Optional.of(args);
    }

    private static void add(ObjectNode args, String given) throws CommandException {
        int equals = given.indexOf('=');
        if (equals < 1)
            throw CommandException.badCommandLine(
                    "--arg must be NAME=VALUE, not '" + given + "'", "for example --arg file=data/airports.csv");
        args.set(given.substring(0, equals), value(given.substring(equals + 1)));
    }

    /** JSON where it is JSON, else text. */
    static JsonNode value(String text) {
        try {
            return Json.parse(text.getBytes(StandardCharsets.UTF_8));
        } catch (MalformedJsonException notJson) {
            return TextNode.valueOf(text);
        }
    }
}
