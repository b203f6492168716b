package dev.millrace.rpc.method;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/** Spells JSON for readers: what has no further level stands in one line, so that a schema of many keys stays short. */
final class SchemaText {
    private SchemaText() {}

    static String of(JsonNode json) {
        StringBuilder text = new StringBuilder();
        write(json, "", text);
        return text.toString();
    }

    private static void write(JsonNode json, String indent, StringBuilder text) {
        if (isFlat(json)) {
            text.append(json);
            return;
        }
        String deeper = indent + "  ";
        String before = json.isObject() ? "{\n" : "[\n";
        for (Map.Entry<String, JsonNode> one : json.properties()) {
            text.append(before).append(deeper).append('"').append(one.getKey()).append("\": ");
            write(one.getValue(), deeper, text);
            before = ",\n";
        }
        for (int i = 0; json.isArray() && i < json.size(); i++) {
            text.append(before).append(deeper);
            write(json.get(i), deeper, text);
            before = ",\n";
        }
        text.append('\n').append(indent).append(json.isObject() ? '}' : ']');
    }

    /** Lists of words, such as types and required keys, count as a word. */
    private static boolean isFlat(JsonNode json) {
        for (JsonNode one : json) if (one.isObject() || (one.isArray() && !isFlat(one))) return false;
        return true;
    }
}
