package dev.millrace.rpc.method;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import org.jspecify.annotations.Nullable;

/**
 * A JSON Schema of an object, put together key by key. Types: JSON's; {@code x[]} is a list, {@code x?} may be null,
 * {@code x|y} is either.
 */
final class Shape {
    private final ObjectNode schema = Json.object();

    private Shape() {
        schema.put("type", "object");
        schema.putObject("properties");
    }

    static Shape object() {
        return new Shape();
    }

    /** A list of objects instead. */
    static ObjectNode listOf(Shape entry) {
        ObjectNode list = Json.object().put("type", "array");
        list.set("items", entry.json());
        return list;
    }

    /** A key that is always there. */
    Shape need(String key, String type, String about) {
        put(key, type, about);
        schema.withArray("required").add(key);
        return this;
    }

    /** A key that may be absent. */
    Shape may(String key, String type, String about) {
        put(key, type, about);
        return this;
    }

    /** A key that may be absent and counts as this then. */
    Shape may(String key, String type, String about, @Nullable Object absent) {
        put(key, type, about).set("default", Json.tree(absent));
        return this;
    }

    private ObjectNode put(String key, String type, String about) {
        ObjectNode one = schema.withObject("/properties").putObject(key);
        boolean orNull = type.endsWith("?");
        String plain = orNull ? type.substring(0, type.length() - 1) : type;
        boolean list = plain.endsWith("[]");
        String word = list ? "array" : plain;
        if (plain.contains("|")) one.set("type", Json.tree(plain.split("\\|")));
        else if (orNull) one.putArray("type").add(word).add("null");
        else one.put("type", word);
        if (list) one.putObject("items").put("type", plain.substring(0, plain.length() - 2));
        return one.put("description", about);
    }

    ObjectNode json() {
        return schema.deepCopy();
    }
}
