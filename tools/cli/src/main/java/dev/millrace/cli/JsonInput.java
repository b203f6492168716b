package dev.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.json.MalformedJsonException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;

/** JSON that the command line gives: as it is, from {@code @FILE}, or from standard input with {@code @-}. */
final class JsonInput {
    static final int LIMIT_BYTES = 1_000_000_000;

    private JsonInput() {}

    static JsonNode value(String option, String given, Shell shell) throws CommandException {
        boolean elsewhere = given.startsWith("@");
        byte[] bytes = elsewhere ? file(option, given.substring(1), shell) : given.getBytes(StandardCharsets.UTF_8);
        try {
            return Json.parse(bytes);
        } catch (MalformedJsonException e) {
            throw CommandException.badCommandLine(
                    option + (elsewhere ? ": " + given.substring(1) : "") + " " + e.reason(),
                    "check it with a JSON tool; a file is named @FILE");
        }
    }

    static ObjectNode object(String option, String given, Shell shell) throws CommandException {
        if (value(option, given, shell) instanceof ObjectNode object) return object;
        throw CommandException.badCommandLine(
                option + " must be a JSON object, not " + Shown.line(given), "for example '{\"top\": 5}'");
    }

    private static byte[] file(String option, String name, Shell shell) throws CommandException {
        try {
            return bytes(name, shell);
        } catch (IOException e) {
            throw CommandException.badCommandLine(
                    option + ": " + name + " cannot be read: " + reason(e), "check its name");
        }
    }

    /** A file's content, or standard input's for {@code -}. */
    static byte[] bytes(String name, Shell shell) throws IOException {
        if (name.equals("-")) return limited(shell.in());
        try (InputStream file = Files.newInputStream(shell.folder().resolve(name))) {
            return limited(file);
        } catch (InvalidPathException e) {
            throw new IOException("that is no path", e);
        }
    }

    /** A link or a pipe is as good as a file here; only endless ones are not. */
    private static byte[] limited(InputStream in) throws IOException {
        byte[] bytes = in.readNBytes(LIMIT_BYTES + 1);
        if (bytes.length > LIMIT_BYTES) throw new IOException("it is larger than " + Shown.bytes(LIMIT_BYTES));
        return bytes;
    }

    static String reason(IOException e) {
        return e instanceof java.nio.file.NoSuchFileException ? "it is not there" : String.valueOf(e.getMessage());
    }
}
