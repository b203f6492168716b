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
    private static final int LIMIT_OF_LINES = 512 << 20;

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

    /** The lines of a file, which may be long. */
    static String[] lines(String option, String name, Shell shell) throws CommandException {
        try {
            return new String(bytes(name, shell, LIMIT_OF_LINES), StandardCharsets.UTF_8).split("\n");
        } catch (IOException e) {
            throw CommandException.badCommandLine(
                    option + ": " + name + " cannot be read: " + reason(e), "check its name");
        }
    }

    /** One line of such a file. */
    static ObjectNode objectIn(String where, String line) throws CommandException {
        try {
            if (Json.parse(line.getBytes(StandardCharsets.UTF_8)) instanceof ObjectNode object) return object;
            throw CommandException.badCommandLine(where + " must be a JSON object", "write one task document a line");
        } catch (MalformedJsonException e) {
            throw CommandException.badCommandLine(where + " " + e.reason(), "write one task document a line");
        }
    }

    /** A file's content, or standard input's for {@code -}. */
    static byte[] bytes(String name, Shell shell) throws IOException {
        return bytes(name, shell, LIMIT_BYTES);
    }

    private static byte[] bytes(String name, Shell shell, int limit) throws IOException {
        if (name.equals("-")) return limited(shell.in(), limit);
        try (InputStream file = Files.newInputStream(shell.folder().resolve(name))) {
            return limited(file, limit);
        } catch (InvalidPathException e) {
            throw new IOException("that is no path", e);
        }
    }

    /** A link or a pipe is as good as a file here; only endless ones are not. */
    private static byte[] limited(InputStream in, int limit) throws IOException {
        byte[] bytes = in.readNBytes(limit + 1);
        if (bytes.length > limit) throw new IOException("it is larger than " + Shown.bytes(limit));
        return bytes;
    }

    static String reason(IOException e) {
        return e instanceof java.nio.file.NoSuchFileException ? "it is not there" : String.valueOf(e.getMessage());
    }
}
