package dev.millrace.health;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import java.util.Map;
import java.util.TreeMap;

/** Documents whose keys are sorted at every level, so that two exports can be compared line by line. */
final class SortedJson {
    private SortedJson() {}

    /** Indented by two, with a newline at the end. */
    static byte[] bytes(JsonNode document) {
        return Json.indented(sorted(document));
    }

    private static JsonNode sorted(JsonNode node) {
        if (node instanceof ObjectNode object) return sortedObject(object);
        if (node instanceof ArrayNode array) return sortedArray(array);
        return node;
    }

    private static ObjectNode sortedObject(ObjectNode object) {
        Map<String, JsonNode> byKey = new TreeMap<>();
        object.properties().forEach(entry -> byKey.put(entry.getKey(), sorted(entry.getValue())));
        return (ObjectNode) Json.object().setAll(byKey);
    }

    private static ArrayNode sortedArray(ArrayNode array) {
        ArrayNode copy = Json.MAPPER.createArrayNode();
        array.forEach(element -> copy.add(sorted(element)));
        return copy;
    }
}
