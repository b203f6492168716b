package dev.millrace.soak.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.random.RandomGenerator;

/** Makes bad documents of good ones: some by their bytes, some by their meaning, some from nothing. */
final class Mutations {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final int LONGEST_RAW = 400;
    private static final List<String> TEXTS = List.of(
            "",
            " ",
            "\u0000",
            "a\u0000b",
            "\n",
            "\t",
            "..",
            "../../x",
            "/etc/passwd",
            "\\",
            "\"",
            "'",
            "%s%n",
            "\uD800",
            "\uFFFF",
            "\u202E",
            "null",
            "NaN",
            "-1",
            "1e999",
            "done",
            "failed",
            "x".repeat(300),
            "\u00fc".repeat(200),
            "agi.service.task.v1",
            "${x}",
            "a+0",
            "0123456789abcdef0123456789abcdef");

    private final RandomGenerator random;
    private final ObjectMapper json = new ObjectMapper();

    Mutations(RandomGenerator random) {
        this.random = random;
    }

    /** Another document that had this one as its model; now and then the same, for good ones must be read, too. */
    byte[] of(byte[] model) {
        int dice = random.nextInt(100);
        if (dice < 5) return model;
        if (dice < 12) return raw();
        if (dice < 55) return byMeaning(model);
        byte[] mutated = model;
        for (int i = random.nextInt(1, 4); i > 0; i--) mutated = byBytes(mutated);
        return mutated;
    }

    byte[] raw() {
        byte[] bytes = new byte[random.nextInt(LONGEST_RAW)];
        random.nextBytes(bytes);
        return bytes;
    }

    // ------------------------------------------------------------------ bytes

    private byte[] byBytes(byte[] model) {
        if (model.length == 0) return raw();
        int at = random.nextInt(model.length);
        int to = Math.min(model.length, at + 1 + random.nextInt(16));
        return switch (random.nextInt(7)) {
            case 0 -> flipped(model, at);
            case 1 -> Arrays.copyOf(model, at);
            case 2 -> joined(model, 0, at, new byte[0], model, to);
            case 3 -> joined(model, 0, at, raw(), model, at);
            case 4 -> joined(model, 0, to, new byte[0], model, at);
            case 5 ->
                joined(
                        model,
                        0,
                        at,
                        "[{\"a\":".repeat(random.nextInt(1, 300)).getBytes(StandardCharsets.US_ASCII),
                        model,
                        at);
            default -> joined(model, 0, at, number().getBytes(StandardCharsets.US_ASCII), model, to);
        };
    }

    private byte[] flipped(byte[] model, int at) {
        byte[] flipped = model.clone();
        flipped[at] = (byte) (random.nextBoolean() ? random.nextInt(256) : flipped[at] ^ 1 << random.nextInt(8));
        return flipped;
    }

    private static byte[] joined(byte[] front, int from, int to, byte[] middle, byte[] back, int backFrom) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.write(front, from, to - from);
        all.write(middle, 0, middle.length);
        all.write(back, backFrom, back.length - backFrom);
        return all.toByteArray();
    }

    private String number() {
        return switch (random.nextInt(8)) {
            case 0 -> "-1";
            case 1 -> Long.toString(random.nextLong());
            case 2 -> "1e" + random.nextInt(-500, 500);
            case 3 -> "9".repeat(random.nextInt(1, 60));
            case 4 -> "0";
            case 5 -> "0.1";
            case 6 -> "2147483648";
            default -> Double.toString(random.nextGaussian() * 1e18);
        };
    }

    // ------------------------------------------------------------------ meaning

    /** Of a document of lines, one line is another. What is no JSON is changed by its bytes. */
    private byte[] byMeaning(byte[] model) {
        String text = new String(model, StandardCharsets.UTF_8);
        String[] lines = text.split("\n", -1);
        try {
            if (lines.length < 3 || text.startsWith("{\n")) return bytes(changed(json.readTree(text)));
            int at = random.nextInt(lines.length - 1);
            lines[at] = new String(bytes(changed(json.readTree(lines[at]))), StandardCharsets.UTF_8);
            return String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
        } catch (IOException noJson) {
            return byBytes(model);
        }
    }

    private byte[] bytes(JsonNode tree) throws IOException {
        return json.writeValueAsBytes(tree);
    }

    /** The tree with one place changed, or a few. */
    private JsonNode changed(JsonNode tree) {
        JsonNode copy = tree.deepCopy();
        for (int i = random.nextInt(1, 4); i > 0; i--) copy = changedOnce(copy);
        return copy;
    }

    private JsonNode changedOnce(JsonNode tree) {
        List<JsonNode> places = new ArrayList<>();
        collect(tree, places);
        if (places.isEmpty()) return value(0);
        JsonNode place = places.get(random.nextInt(places.size()));
        if (place instanceof ObjectNode object) change(object);
        else if (place instanceof ArrayNode array) change(array);
        return tree;
    }

    private static void collect(JsonNode tree, List<JsonNode> places) {
        if (!tree.isContainerNode()) return;
        places.add(tree);
        for (JsonNode child : tree) collect(child, places);
    }

    private void change(ObjectNode object) {
        List<String> keys = new ArrayList<>();
        for (Iterator<String> names = object.fieldNames(); names.hasNext(); ) keys.add(names.next());
        if (keys.isEmpty()) {
            object.set(text(), value(0));
            return;
        }
        String key = keys.get(random.nextInt(keys.size()));
        switch (random.nextInt(5)) {
            case 0 -> object.remove(key);
            case 1 -> object.set(text(), object.get(key));
            case 2 ->
                object.set(
                        keys.get(random.nextInt(keys.size())), object.get(key).deepCopy());
            default -> object.set(key, value(0));
        }
    }

    private void change(ArrayNode array) {
        if (array.isEmpty() || random.nextInt(3) == 0) array.add(value(0));
        else if (random.nextBoolean()) array.remove(random.nextInt(array.size()));
        else array.set(random.nextInt(array.size()), value(0));
    }

    private JsonNode value(int depth) {
        int dice = random.nextInt(depth > 3 ? 7 : 10);
        return switch (dice) {
            case 0 -> NODES.nullNode();
            case 1 -> NODES.booleanNode(random.nextBoolean());
            case 2 -> NODES.numberNode(random.nextInt());
            case 3 ->
                NODES.numberNode(new BigDecimal(
                        new BigInteger(80, new java.util.Random(random.nextLong())), random.nextInt(-300, 300)));
            case 4, 5 -> NODES.textNode(text());
            case 6 -> NODES.numberNode(random.nextGaussian() * Math.pow(10, random.nextInt(-20, 20)));
            case 7 -> NODES.objectNode().set(text(), value(depth + 1));
            case 8 -> NODES.arrayNode().add(value(depth + 1)).add(value(depth + 1));
            default -> nested();
        };
    }

    private JsonNode nested() {
        JsonNode node = NODES.numberNode(1);
        for (int i = random.nextInt(1, 300); i > 0; i--)
            node = NODES.arrayNode().add(node);
        return node;
    }

    String text() {
        return TEXTS.get(random.nextInt(TEXTS.size()));
    }
}
