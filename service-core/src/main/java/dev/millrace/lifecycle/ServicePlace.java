package dev.millrace.lifecycle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.json.MalformedJsonException;
import dev.millrace.liveness.ProcessIdentity;
import dev.millrace.settings.Launcher;
import java.nio.file.Path;
import java.util.List;

/**
 * Where a service's workers are to be found when its record cannot be read: a second, small file beside the record,
 * written before the first worker starts.
 *
 * @param queueDir the queue's folder, where they beat
 * @param launcher how they came to life
 * @param owner the process that started the service
 * @param workers who they are
 */
record ServicePlace(Path queueDir, Launcher launcher, ProcessIdentity owner, List<WorkerEntry> workers) {
    private static final String SCHEMA = "millrace.service.place.v1";

    ServicePlace {
        workers = List.copyOf(workers);
    }

    static ServicePlace of(ServiceRecord record) {
        return new ServicePlace(
                record.queueDir(), record.settings().worker().launcher(), record.owner(), record.workers());
    }

    ObjectNode toJson() {
        ObjectNode json = Json.object();
        json.put("schema", SCHEMA);
        json.put("queue_dir", queueDir.toString());
        json.put("launcher", launcher.word());
        ServiceRecord.putOwner(json, owner);
        json.set("workers", ServiceRecord.workersJson(workers));
        return json;
    }

    static ServicePlace fromJson(JsonNode json) throws MalformedJsonException {
        if (!json.path("schema").asText("").equals(SCHEMA))
            throw new MalformedJsonException("is not a " + SCHEMA + " but " + json.path("schema"));
        try {
            return new ServicePlace(
                    Path.of(ServiceRecord.text(json, "queue_dir")),
                    launcher(ServiceRecord.text(json, "launcher")),
                    ServiceRecord.ownerFrom(json),
                    ServiceRecord.workersFrom(json.path("workers")));
        } catch (IllegalArgumentException e) {
            throw new MalformedJsonException("is damaged: " + e.getMessage());
        }
    }

    private static Launcher launcher(String word) throws MalformedJsonException {
        for (Launcher launcher : Launcher.values()) if (launcher.word().equals(word)) return launcher;
        throw new MalformedJsonException("has the unknown launcher '" + word + "'");
    }
}
