package dev.millrace.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** docs/reference/performance.md, and what it says of the JSON file. */
interface Page {
    Path FILE = Path.of("../../docs/reference/performance.md");

    static String text() throws IOException {
        return Files.readString(FILE);
    }

    /** The first column of the table under "The JSON file"; a row may hold several keys. */
    static Set<String> documentedKeys() throws IOException {
        String section = text().split("## The JSON file", 2)[1].split("\n## ", 2)[0];
        Set<String> keys = new TreeSet<>();
        for (String line : section.split("\n")) {
            if (!line.startsWith("| `")) continue;
            Matcher key = Pattern.compile("`([^`]+)`").matcher(line.split("\\|")[1]);
            while (key.find()) keys.add(key.group(1));
        }
        return keys;
    }

    /** Every place of a document as keys with dots; what lies below the free ones is not looked at. */
    static Set<String> keysOf(JsonNode document) {
        Set<String> keys = new TreeSet<>();
        collect(keys, "", document);
        return keys;
    }

    private static void collect(Set<String> keys, String place, JsonNode node) {
        if (node.isArray()) for (JsonNode one : node) collect(keys, place, one);
        if (!node.isObject() || place.equals("figures.parameters")) return;
        for (Map.Entry<String, JsonNode> one : node.properties()) {
            String key = place.isEmpty() ? one.getKey() : place + "." + one.getKey();
            if (place.equals("limits")) key = "limits.<operation>";
            if (place.startsWith("figures.values.")) key = "figures.values.<value>." + one.getKey();
            keys.add(key);
            collect(keys, key, one.getValue());
        }
    }
}
