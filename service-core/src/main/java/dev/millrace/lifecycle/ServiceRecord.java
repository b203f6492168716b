package dev.millrace.lifecycle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.json.MalformedJsonException;
import dev.millrace.liveness.ProcessIdentity;
import dev.millrace.settings.ServiceSettings;
import dev.millrace.settings.SettingsException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What survives the controller: a service that was started and not yet proven stopped. Its presence means that the
 * service is held.
 *
 * @param app the app's name
 * @param target the service's name
 * @param appFolder the app's folder
 * @param queueDir the queue's folder
 * @param phase what was last decided about it
 * @param startedAt epoch seconds
 * @param owner the process that started it
 * @param classPath the class path that its workers are started with, absolute, so that they are the same whoever
 *     restarts them
 * @param settings everything it runs with
 * @param workers what it is made of; after a stop that was not proven, those that still live
 */
public record ServiceRecord(
        String app,
        String target,
        Path appFolder,
        Path queueDir,
        Phase phase,
        double startedAt,
        ProcessIdentity owner,
        String classPath,
        ServiceSettings settings,
        List<WorkerEntry> workers) {
    /** The value of the key {@code schema}. */
    public static final String SCHEMA = "millrace.service.record.v1";

    /** What was last decided about a service. */
    public enum Phase {
        /** Workers are being started. */
        STARTING,
        /** It should run. */
        RUNNING,
        /** It should not run; its workers are kept warm. */
        PARKED,
        /** It should not run; that its workers have ended is not proven. */
        STOPPING;

        /** The word in the document. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Phase of(String word) throws MalformedJsonException {
            for (Phase phase : values()) if (phase.word().equals(word)) return phase;
            throw new MalformedJsonException("has the unknown phase '" + word + "'");
        }
    }

    public ServiceRecord {
        workers = List.copyOf(workers);
    }

    public ServiceRecord withPhase(Phase newPhase) {
        return new ServiceRecord(
                app, target, appFolder, queueDir, newPhase, startedAt, owner, classPath, settings, workers);
    }

    public ServiceRecord withWorkers(List<WorkerEntry> newWorkers) {
        return new ServiceRecord(
                app, target, appFolder, queueDir, phase, startedAt, owner, classPath, settings, newWorkers);
    }

    public ServiceRecord withOwner(ProcessIdentity newOwner) {
        return new ServiceRecord(
                app, target, appFolder, queueDir, phase, startedAt, newOwner, classPath, settings, workers);
    }

    public ServiceRecord withSettings(ServiceSettings newSettings) {
        return new ServiceRecord(
                app, target, appFolder, queueDir, phase, startedAt, owner, classPath, newSettings, workers);
    }

    /** True when tasks may be submitted: it runs, or is about to. */
    public boolean takesWork() {
        return phase == Phase.RUNNING || phase == Phase.STARTING;
    }

    /** The names of its workers. */
    public List<String> workerNames() {
        return workers.stream().map(WorkerEntry::name).toList();
    }

    /** The document. */
    public ObjectNode toJson() {
        ObjectNode json = Json.object();
        json.put("schema", SCHEMA);
        json.put("app", app);
        json.put("target", target);
        json.put("app_folder", appFolder.toString());
        json.put("queue_dir", queueDir.toString());
        json.put("phase", phase.word());
        json.put("started_at", startedAt);
        putOwner(json, owner);
        json.put("class_path", classPath);
        json.set("settings", settings.toJson());
        json.set("workers", workersJson(workers));
        return json;
    }

    static void putOwner(ObjectNode json, ProcessIdentity owner) {
        json.put("owner_pid", owner.pid());
        json.put("owner_start", owner.start());
        json.put("owner_host", owner.host());
        json.put("owner_host_id", owner.hostId());
    }

    static ArrayNode workersJson(List<WorkerEntry> workers) {
        ArrayNode list = Json.MAPPER.createArrayNode();
        for (WorkerEntry worker : workers) {
            ObjectNode entry = list.addObject();
            entry.put("id", worker.id());
            entry.put("name", worker.name());
            entry.put("host", worker.host());
        }
        return list;
    }

    /**
     * Reads a document.
     *
     * @throws MalformedJsonException completing "the file ..." when it is damaged or of another version
     */
    public static ServiceRecord fromJson(JsonNode json) throws MalformedJsonException {
        if (!json.path("schema").asText("").equals(SCHEMA))
            throw new MalformedJsonException("is not a " + SCHEMA + " but " + json.path("schema"));
        try {
            return new ServiceRecord(
                    name(json, "app"),
                    name(json, "target"),
                    Path.of(name(json, "app_folder")),
                    Path.of(name(json, "queue_dir")),
                    Phase.of(text(json, "phase")),
                    json.path("started_at").asDouble(0),
                    ownerFrom(json),
                    text(json, "class_path"),
                    ServiceSettings.fromJson(json.path("settings")),
                    workersFrom(json.path("workers")));
        } catch (SettingsException | IllegalArgumentException e) {
            throw new MalformedJsonException("is damaged: " + e.getMessage());
        }
    }

    static ProcessIdentity ownerFrom(JsonNode json) {
        return new ProcessIdentity(
                json.path("owner_pid").asLong(0),
                json.path("owner_start").asText(""),
                json.path("owner_host").asText(""),
                json.path("owner_host_id").asText(""));
    }

    static List<WorkerEntry> workersFrom(JsonNode json) throws MalformedJsonException {
        if (!json.isArray()) throw new MalformedJsonException("has no list 'workers'");
        List<WorkerEntry> workers = new ArrayList<>();
        for (JsonNode entry : json)
            workers.add(new WorkerEntry(number(entry, "id"), name(entry, "name"), name(entry, "host")));
        return workers;
    }

    private static int number(JsonNode json, String key) throws MalformedJsonException {
        JsonNode value = json.path(key);
        if (!value.canConvertToInt() || !value.isIntegralNumber() || value.intValue() < 0)
            throw new MalformedJsonException("has no whole number from 0 under '" + key + "'");
        return value.intValue();
    }

    /** An empty path would be the folder that somebody happens to be in. */
    private static String name(JsonNode json, String key) throws MalformedJsonException {
        String text = text(json, key);
        if (text.isEmpty()) throw new MalformedJsonException("has no text under '" + key + "'");
        return text;
    }

    static String text(JsonNode json, String key) throws MalformedJsonException {
        JsonNode value = json.path(key);
        if (!value.isTextual()) throw new MalformedJsonException("has no text under '" + key + "'");
        return value.textValue();
    }
}
