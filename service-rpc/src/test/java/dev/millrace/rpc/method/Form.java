package dev.millrace.rpc.method;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/**
 * Holds an answer against the schema in the table: keys that are required, the types of all, and that none is there which the
 * schema does not name, unless it leaves them free.
 */
record Form(String method, JsonNode params, JsonNode schema) {

    static Form of(String method) {
        return TableMethods.reference().stream()
                .filter(spec -> spec.name().equals(method))
                .map(spec -> new Form(method, spec.params(), spec.result()))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no method " + method));
    }

    /** What was taken had the form that callers are told. */
    void checkParams(JsonNode value) {
        check(method + " called", params, value);
    }

    /** What is said on a stream has the form that the page says. */
    static void checkNotice(JsonNode line) {
        String name = line.path("method").asText();
        StreamWords.Notice notice = StreamWords.notices().stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no notification " + name));
        check(name, notice.params(), line.path("params"));
    }

    void check(JsonNode value) {
        check(method, schema, value);
    }

    private static void check(String where, JsonNode schema, JsonNode value) {
        checkType(where, schema.path("type"), value);
        if (value.isObject()) checkKeys(where, schema, value);
        if (schema.has("items") && value.isArray())
            for (JsonNode entry : value) check(where + "[]", schema.get("items"), entry);
    }

    private static void checkType(String where, JsonNode type, JsonNode value) {
        boolean fits = type.isMissingNode()
                || (type.isArray()
                        ? is(type.get(0).asText(), value) || is(type.get(1).asText(), value)
                        : is(type.asText(), value));
        assertThat(fits).as("%s must be %s, not %s", where, type, value).isTrue();
    }

    private static void checkKeys(String where, JsonNode schema, JsonNode value) {
        for (JsonNode key : schema.path("required"))
            assertThat(value.has(key.asText()))
                    .as("%s.%s in %s", where, key.asText(), value)
                    .isTrue();
        for (Map.Entry<String, JsonNode> one : value.properties()) checkKey(where, schema, one);
    }

    /** A key is named, or one of those that are names, or its object is free. */
    private static void checkKey(String where, JsonNode schema, Map.Entry<String, JsonNode> key) {
        JsonNode named = schema.path("properties").path(key.getKey());
        JsonNode others = schema.path("additionalProperties");
        if (named.isObject()) check(where + "." + key.getKey(), named, key.getValue());
        else if (others.isObject()) check(where + ".*", others, key.getValue());
        else
            assertThat(others.asBoolean() || !schema.has("type"))
                    .as("%s has a key that its schema does not name: %s", where, key)
                    .isTrue();
    }

    private static boolean is(String type, JsonNode value) {
        return switch (type) {
            case "string" -> value.isTextual();
            case "integer" -> value.isIntegralNumber();
            case "number" -> value.isNumber();
            case "boolean" -> value.isBoolean();
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            default -> value.isNull();
        };
    }
}
