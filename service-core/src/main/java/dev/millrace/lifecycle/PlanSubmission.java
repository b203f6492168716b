package dev.millrace.lifecycle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * A plan in AGILAB's form: each share of a list becomes a task of its own; anything else goes to every worker.
 *
 * @param plan the plan; empty when there is none
 * @param metadata what goes with it, cut like the plan
 * @param taskId the id that all its tasks bear; empty for a new one
 * @param taskName a name for people
 * @param args what the handlers get; empty for the arguments of the service
 */
public record PlanSubmission(
        Optional<JsonNode> plan,
        Optional<JsonNode> metadata,
        Optional<String> taskId,
        String taskName,
        Optional<ObjectNode> args) {
    /** AGILAB's default name. */
    public static final String DEFAULT_NAME = "service-workplan";

    /** A plan with new id, default name and the service's arguments. */
    public static PlanSubmission of(JsonNode plan, JsonNode metadata) {
        return new PlanSubmission(
                Optional.of(plan), Optional.of(metadata), Optional.empty(), DEFAULT_NAME, Optional.empty());
    }

    public PlanSubmission withTaskId(String id) {
        return new PlanSubmission(plan, metadata, Optional.of(id), taskName, args);
    }

    public PlanSubmission withTaskName(String name) {
        return new PlanSubmission(plan, metadata, taskId, name, args);
    }

    public PlanSubmission withArgs(ObjectNode newArgs) {
        return new PlanSubmission(plan, metadata, taskId, taskName, Optional.of(newArgs));
    }
}
