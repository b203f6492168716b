package dev.millrace.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;

/**
 * The published documents and the JSON Schema (draft 7) of each. The schemas lie in the resources, in schemas/; they refer
 * to nothing outside themselves, and nothing is ever fetched.
 *
 * <p>Every schema allows keys that it does not know.
 */
public enum DocumentSchema {
    /** A task, {@code agi.service.task.v1}; accepts exactly what a worker runs. */
    TASK("task.json", "agi.service.task.v1"),
    /** A worker's heartbeat; it has no key {@code schema}. */
    HEARTBEAT("heartbeat.json", ""),
    /** The service's own record, {@code millrace.service.record.v1}. */
    RECORD("record.json", "millrace.service.record.v1"),
    /** A health report, {@code agi.service.health.v1}. */
    HEALTH("health.json", "agi.service.health.v1"),
    /** An operator's snapshot, {@code agilab.service.operator_snapshot.v1}. */
    SNAPSHOT("snapshot.json", "agilab.service.operator_snapshot.v1"),
    /** The sidecar of a refused file, {@code millrace.quarantine.v1}. */
    QUARANTINE("sidecar.json", "millrace.quarantine.v1");

    private static final List<String> HEARTBEAT_KEYS = List.of("worker_incarnation", "timestamp", "state");
    private final String resource;
    private final String id;

    DocumentSchema(String resource, String id) {
        this.resource = resource;
        this.id = id;
    }

    /** The value of the key {@code schema}; empty for heartbeats, which have none. */
    public Optional<String> id() {
        return Optional.of(id).filter(text -> !text.isEmpty());
    }

    /** The schema's name among the resources. */
    String resource() {
        return "/schemas/" + resource;
    }

    /** The schema itself, as JSON text. */
    public String text() {
        return SchemaShelf.text(this);
    }

    /**
     * What is wrong with a document, at most {@value Findings#MOST} findings; empty when it is valid. Each names the place
     * as a JSON pointer ({@code #/priority}) and says what would be right. Numbers of any size are taken as they are, and
     * {@code NaN} and {@code Infinity} as numbers beyond every limit.
     */
    public List<String> problems(JsonNode document) {
        if (OrgJson.isTooDeep(document)) return List.of("#: must not be nested deeper than " + OrgJson.DEEPEST);
        return Findings.of(SchemaShelf.schema(this), OrgJson.of(document));
    }

    /** The kind of a document by its key {@code schema}, or of a heartbeat by its keys; empty when it is none of ours. */
    public static Optional<DocumentSchema> guess(JsonNode document) {
        JsonNode named = document.path("schema");
        for (DocumentSchema schema : values())
            if (named.isTextual()
                    && schema.id().filter(named.textValue()::equals).isPresent()) return Optional.of(schema);
        boolean beats = named.isMissingNode() && HEARTBEAT_KEYS.stream().allMatch(document::has);
        return beats ? Optional.of(HEARTBEAT) : Optional.empty();
    }
}
