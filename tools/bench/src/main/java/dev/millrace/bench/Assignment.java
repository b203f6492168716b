package dev.millrace.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;

/**
 * What one process is to measure.
 *
 * @param measurement what
 * @param folder a new and empty folder
 * @param parameters the measurement's own
 */
record Assignment(Measurement.Name measurement, Path folder, ObjectNode parameters) {

    ObjectNode toJson() {
        ObjectNode json = Json.object();
        json.put("measurement", measurement.name());
        json.put("folder", folder.toString());
        json.set("parameters", parameters);
        return json;
    }

    static Assignment of(JsonNode json) {
        return new Assignment(
                Measurement.Name.valueOf(json.path("measurement").asText()),
                Path.of(json.path("folder").asText()),
                (ObjectNode) json.path("parameters"));
    }

    int whole(String name, int otherwise) {
        return parameters.path(name).asInt(otherwise);
    }

    String text(String name) {
        return parameters.path(name).asText("");
    }

    List<String> list(String name) {
        return StreamSupport.stream(parameters.path(name).spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }
}
