package dev.millrace.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import java.util.Optional;

/**
 * What a job's record keeps of a step.
 *
 * @param step its definition
 * @param run the run to which its newest task belongs
 * @param stem the unique name of that task; empty while nobody has noted it
 * @param ended how it ended, in {@link StepView#noted}'s form; empty while nobody has seen its end
 */
record StepRecord(JobStep step, int run, String stem, Optional<ObjectNode> ended) {
    /** One whose task is still to be submitted. */
    StepRecord(JobStep step, int run) {
        this(step, run, "", Optional.empty());
    }

    StepRecord submitted(String newStem) {
        return new StepRecord(step, run, newStem, ended);
    }

    StepRecord ended(StepView view) {
        return new StepRecord(step, run, stem, Optional.of(view.noted()));
    }

    String taskId(String job) {
        return job + "." + run + "." + step.name();
    }

    ObjectNode toJson() {
        ObjectNode json = Json.object();
        json.put("run", run);
        if (!stem.isEmpty()) json.put("stem", stem);
        json.set("step", step.toJson());
        ended.ifPresent(noted -> json.set("ended", noted));
        return json;
    }

    static StepRecord of(JsonNode json, int number) {
        Optional<ObjectNode> ended =
                json.path("ended") instanceof ObjectNode noted ? Optional.of(noted) : Optional.empty();
        return new StepRecord(
                JobStep.noted(json.path("step"), number),
                json.path("run").asInt(1),
                json.path("stem").asText(""),
                ended);
    }
}
