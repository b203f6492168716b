package dev.millrace.settings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.millrace.json.Json;
import dev.millrace.storage.Disk;
import dev.millrace.storage.FileTooLargeException;
import dev.millrace.storage.NotARegularFileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/**
 * A TOML file whose values are handed out as JSON and whose problems are told with their lines.
 *
 * @param path where it was read
 * @param root its content
 */
record TomlFile(Path path, TomlTable root) {
    private static final int MOST_BYTES = 1 << 20;
    private static final int DEEPEST = 50;

    /**
     * Reads a plain file, through links; pipes and devices are not waited for.
     *
     * @throws SettingsException when it cannot be read or is not TOML
     */
    static TomlFile read(Path path) {
        try {
            byte[] content = Disk.local().read(path.toRealPath(), MOST_BYTES);
            CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content));
            return new TomlFile(path, parsed(path, text.toString()));
        } catch (NoSuchFileException e) {
            throw SettingsException.in(path, 0, "", "is not there");
        } catch (CharacterCodingException e) {
            throw SettingsException.in(path, 0, "", "is not UTF-8 text");
        } catch (FileTooLargeException e) {
            throw SettingsException.in(path, 0, "", "is larger than 1 MiB, the most that is read as TOML");
        } catch (NotARegularFileException e) {
            throw SettingsException.in(path, 0, "", String.valueOf(e.getReason()));
        } catch (IOException e) {
            throw SettingsException.in(path, 0, "", "cannot be read: " + e);
        }
    }

    /** The parser reports what it dislikes, but with assertions on it also throws, and it recurses into brackets. */
    private static TomlTable parsed(Path path, String text) {
        TomlParseResult result;
        try {
            result = Toml.parse(text);
        } catch (AssertionError | StackOverflowError e) {
            throw SettingsException.in(path, 0, "", "is not TOML that can be read: " + e);
        }
        for (TomlParseError error : result.errors())
            throw SettingsException.in(path, error.position().line(), "", "is not TOML: " + error.getMessage());
        return result;
    }

    /** The value at a path as JSON; empty when there is none. Dates and times become text. */
    Optional<JsonNode> value(List<String> keys) {
        Object value = root.get(keys);
        return value == null ? Optional.empty() : Optional.of(json(keys, value));
    }

    /** All of it. */
    ObjectNode whole() {
        return object(List.of(), root);
    }

    /** The keys of a table in their order; none when there is no such table. */
    List<String> keysOf(List<String> table) {
        Object value = root.get(table);
        if (value == null) return List.of();
        if (value instanceof TomlTable found) return List.copyOf(found.keySet());
        throw wrong(table, "must be a table");
    }

    /** The problem of a value, with its place. */
    SettingsException wrong(List<String> keys, String problem) {
        return SettingsException.in(path, line(keys), String.join(".", keys), problem);
    }

    /** The line of a key or table from 1; 0 when it has none. */
    int line(List<String> keys) {
        @Nullable TomlPosition position = root.inputPositionOf(keys);
        return position == null ? 0 : position.line();
    }

    private JsonNode json(List<String> keys, Object value) {
        if (keys.size() > DEEPEST) throw SettingsException.in(path, 0, keys.get(0), "is nested too deep");
        if (value instanceof TomlTable table) return object(keys, table);
        if (value instanceof TomlArray array) return list(keys, array);
        if (value instanceof Boolean flag) return BooleanNode.valueOf(flag);
        if (value instanceof Long number)
            return number == number.intValue() ? IntNode.valueOf(number.intValue()) : LongNode.valueOf(number);
        if (value instanceof Double number) return DoubleNode.valueOf(number);
        return TextNode.valueOf(value.toString());
    }

    private ObjectNode object(List<String> keys, TomlTable table) {
        ObjectNode object = Json.object();
        for (String key : table.keySet()) {
            Object value = table.get(List.of(key));
            if (value != null) object.set(key, json(and(keys, key), value));
        }
        return object;
    }

    private ArrayNode list(List<String> keys, TomlArray array) {
        ArrayNode list = Json.MAPPER.createArrayNode();
        for (int i = 0; i < array.size(); i++) list.add(json(and(keys, String.valueOf(i)), array.get(i)));
        return list;
    }

    static List<String> and(List<String> keys, String key) {
        List<String> longer = new ArrayList<>(keys);
        longer.add(key);
        return longer;
    }
}
