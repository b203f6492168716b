package dev.millrace.rpc.method;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A schema as a table for people: a row for each key, nested ones by their path. A form with a title is not told again, but
 * linked to the place where it stands once.
 */
final class SchemaTable {
    private static final String TITLE = "title";
    private static final String ITEMS = "items";
    private static final String PROPERTIES = "properties";
    private static final String BY_NAME = "additionalProperties";

    private final StringBuilder rows = new StringBuilder();

    private SchemaTable() {}

    /**
     * @param column the head of the first column
     * @param subject the beginning of a sentence that ends with the form, such as "The result has"
     */
    static String of(String column, String subject, JsonNode schema) {
        if (schema.has(TITLE)) return subject + " the form " + link(schema, "") + ".\n";
        return ofKeys(column, schema);
    }

    /** Also of one that has a title. */
    static String ofKeys(String column, JsonNode schema) {
        if (schema.path(PROPERTIES).isEmpty()) return "No " + column + "s.\n";
        SchemaTable table = new SchemaTable();
        table.addKeys("", schema);
        return "| " + column + " | type | meaning |\n|---|---|---|\n" + table.rows;
    }

    /** All forms in these schemas that have a title, by it. */
    static SortedMap<String, JsonNode> titled(List<JsonNode> schemas) {
        SortedMap<String, JsonNode> forms = new TreeMap<>();
        schemas.forEach(schema -> collect(schema, forms));
        return forms;
    }

    private static void collect(JsonNode schema, Map<String, JsonNode> forms) {
        if (schema.has(TITLE)) {
            ObjectNode form = schema.deepCopy();
            form.remove(List.of("description", "type"));
            String title = form.path(TITLE).asText();
            JsonNode known = forms.put(title, form);
            if (known != null && !known.equals(form)) throw new IllegalStateException("two forms are called " + title);
        }
        for (String inner : List.of(ITEMS, BY_NAME)) collectIn(schema.path(inner), forms);
        schema.path(PROPERTIES).forEach(value -> collect(value, forms));
    }

    private static void collectIn(JsonNode inner, Map<String, JsonNode> forms) {
        if (inner.isObject()) collect(inner, forms);
    }

    private void addKeys(String before, JsonNode schema) {
        List<String> required = new ArrayList<>();
        schema.path("required").forEach(name -> required.add(name.asText()));
        for (Map.Entry<String, JsonNode> one : schema.path(PROPERTIES).properties())
            add(before + one.getKey(), one.getValue(), required.contains(one.getKey()));
    }

    private void add(String path, JsonNode value, boolean always) {
        rows.append("| `").append(path).append("` | ").append(type(value));
        if (!always) rows.append(", may be absent");
        rows.append(" | ").append(value.path("description").asText());
        if (value.has("default") && !value.get("default").isNull())
            rows.append(" (default: `").append(value.get("default")).append("`)");
        rows.append(" |\n");
        addNested(path, value);
    }

    private void addNested(String path, JsonNode value) {
        if (value.has(TITLE)) return;
        addKeys(path + ".", value);
        if (value.path(ITEMS).isObject()) addNested(path + "[]", value.get(ITEMS));
        if (value.path(BY_NAME).isObject()) addNested(path + ".*", value.get(BY_NAME));
    }

    private static String type(JsonNode value) {
        JsonNode type = value.path("type");
        if (type.isMissingNode()) return "any value";
        if (!type.isArray()) return type(value, type.asText());
        return type(value, type.get(0).asText()) + " or " + type.get(1).asText();
    }

    private static String type(JsonNode value, String word) {
        if (word.equals("array")) return "list of " + entries(value.path(ITEMS));
        if (!word.equals("object")) return word;
        if (value.has(TITLE)) return link(value, "");
        if (value.path(BY_NAME).isObject()) return "object, by name: " + entries(value.get(BY_NAME));
        return word + freedom(value);
    }

    private static String freedom(JsonNode value) {
        if (!value.path(BY_NAME).asBoolean()) return "";
        return value.has(PROPERTIES) ? " with further keys" : ", free form";
    }

    private static String entries(JsonNode value) {
        if (value.has(TITLE)) return link(value, "s");
        String type = value.path("type").asText("");
        return type.isEmpty() ? "any values" : type + "s" + freedom(value);
    }

    private static String link(JsonNode form, String ending) {
        String title = form.path(TITLE).asText();
        return "[" + title + (title.endsWith("s") ? "" : ending) + "](#" + title.replace(' ', '-') + ")";
    }
}
