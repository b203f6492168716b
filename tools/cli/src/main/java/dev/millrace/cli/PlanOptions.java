package dev.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.lifecycle.PlanSubmission;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A plan in AGILAB's form. */
final class PlanOptions {
    @Option(
            names = "--plan",
            paramLabel = "JSON",
            description =
                    "A plan, or @FILE with one: the shares of a list become tasks, anything else goes to every worker.")
    @Nullable
    String plan;

    @Option(names = "--metadata", paramLabel = "JSON", description = "What goes with the plan, cut like it, or @FILE.")
    @Nullable
    String metadata;

    @Option(names = "--task-id", paramLabel = "ID", description = "The id that all tasks of the plan bear.")
    @Nullable
    String taskId;

    @Option(names = "--task-name", paramLabel = "NAME", description = "Their name (default: service-workplan).")
    @Nullable
    String taskName;

    boolean isGiven() {
        return plan != null || metadata != null || taskId != null || taskName != null;
    }

    PlanSubmission submission(Optional<ObjectNode> args, Shell shell) throws CommandException {
        return new PlanSubmission(
                json("--plan", plan, shell),
                json("--metadata", metadata, shell),
                Optional.ofNullable(taskId),
                taskName == null ? PlanSubmission.DEFAULT_NAME : taskName,
                args);
    }

    private static Optional<JsonNode> json(String option, @Nullable String given, Shell shell) throws CommandException {
        return given == null ? Optional.empty() : Optional.of(JsonInput.value(option, given, shell));
    }
}
