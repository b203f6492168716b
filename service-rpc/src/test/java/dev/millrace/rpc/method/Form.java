package dev.millrace.rpc.method;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/** Holds an answer against the schema in the table: required keys, and the types of all that are named. */
record Form(String method, JsonNode schema) {

    static Form of(String method) {
        return TableMethods.reference().stream()
                .filter(spec -> spec.name().equals(method))
                .map(spec -> new Form(method, spec.result()))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no method " + method));
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
        JsonNode type = schema.path("type");
        boolean fits = type.isArray()
                ? is(type.get(0).asText(), value) || is(type.get(1).asText(), value)
                : is(type.asText(), value);
        assertThat(fits).as("%s must be %s, not %s", where, type, value).isTrue();
        for (JsonNode key : schema.path("required"))
            assertThat(value.has(key.asText()))
                    .as("%s.%s in %s", where, key.asText(), value)
                    .isTrue();
        for (Map.Entry<String, JsonNode> one : schema.path("properties").properties())
            if (value.has(one.getKey())) check(where + "." + one.getKey(), one.getValue(), value.get(one.getKey()));
        if (schema.has("items") && value.isArray())
            for (JsonNode entry : value) check(where + "[]", schema.get("items"), entry);
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
