package dev.millrace.rpc.method;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A JSON Schema of an object, put together key by key. Types: JSON's, and {@code any}; {@code x[]} is a list, {@code x?} may
 * be null, {@code x|y} is either. An object with known keys is a shape of its own.
 */
final class Shape {
    private static final String MORE = "additionalProperties";

    private final ObjectNode schema = Json.object().put("type", "object");

    private Shape() {}

    /** Of the keys that are said, and of no others. */
    static Shape object() {
        Shape shape = new Shape();
        shape.schema.putObject("properties");
        return shape;
    }

    /** Of keys that nobody here knows. */
    static Shape free() {
        return new Shape().andMore();
    }

    /** Of keys that are names, each with such a value. */
    static Shape byName(Shape value) {
        return byName(value.json());
    }

    /** The same with plain values. */
    static Shape byName(String type) {
        return byName(typed(type));
    }

    private static Shape byName(ObjectNode value) {
        Shape shape = new Shape();
        shape.schema.set(MORE, value);
        return shape;
    }

    /** A list of objects instead. */
    static ObjectNode listOf(Shape entry) {
        ObjectNode list = Json.object().put("type", "array");
        list.set("items", entry.json());
        return list;
    }

    /** The same form stands in several answers; readers know it again by this word. */
    Shape titled(String title) {
        schema.put("title", title);
        return this;
    }

    /** Other keys may be there, too, and nobody here knows them. */
    Shape andMore() {
        schema.put(MORE, true);
        return this;
    }

    Shape orNull() {
        schema.putArray("type").add("object").add("null");
        return this;
    }

    /** A key that is always there. */
    Shape need(String key, String type, String about) {
        return always(key, typed(type), about);
    }

    Shape need(String key, Shape form, String about) {
        return always(key, form.json(), about);
    }

    Shape needList(String key, Shape entry, String about) {
        return always(key, listOf(entry), about);
    }

    /** A key that may be absent. */
    Shape may(String key, String type, String about) {
        put(key, typed(type), about);
        return this;
    }

    Shape may(String key, Shape form, String about) {
        put(key, form.json(), about);
        return this;
    }

    Shape mayList(String key, Shape entry, String about) {
        put(key, listOf(entry), about);
        return this;
    }

    /** A key that may be absent and counts as this then. */
    Shape may(String key, String type, String about, @Nullable Object absent) {
        put(key, typed(type), about).set("default", Json.tree(absent));
        return this;
    }

    /** Keys of another shape, each of which may be absent here; {@code when} says when they are there. */
    Shape mayAll(String when, Shape other) {
        for (Map.Entry<String, JsonNode> one : other.json().path("properties").properties())
            if (one.getValue() instanceof ObjectNode value)
                put(one.getKey(), value, when + value.remove("description").asText());
        return this;
    }

    private Shape always(String key, ObjectNode value, String about) {
        put(key, value, about);
        schema.withArray("required").add(key);
        return this;
    }

    private static ObjectNode typed(String type) {
        ObjectNode one = Json.object();
        boolean orNull = type.endsWith("?");
        String plain = orNull ? type.substring(0, type.length() - 1) : type;
        boolean list = plain.endsWith("[]");
        String word = list ? "array" : plain;
        if (plain.contains("|")) one.set("type", Json.tree(plain.split("\\|")));
        else if (orNull) one.putArray("type").add(word).add("null");
        else if (!plain.equals("any")) one.put("type", word);
        if (list) one.set("items", typed(plain.substring(0, plain.length() - 2)));
        return one;
    }

    /** What it is about stands in front of what may be long. */
    private ObjectNode put(String key, ObjectNode value, String about) {
        ObjectNode one = schema.withObject("/properties").putObject(key);
        if (value.has("type")) one.set("type", value.get("type"));
        return one.put("description", about).setAll(value);
    }

    ObjectNode json() {
        return schema.deepCopy();
    }
}
