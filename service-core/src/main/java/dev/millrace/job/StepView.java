package dev.millrace.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One step of a job as it is now.
 *
 * @param step its definition
 * @param run the run of the job to which its newest task belongs
 * @param state where it is
 * @param stem the unique name of its task; empty while it is not submitted
 * @param facts what is known of its task: attempt, worker, started_at, completed_at, runtime, error, error_class, exit_code,
 *     result; only what there is
 */
public record StepView(JobStep step, int run, StepState state, String stem, ObjectNode facts) {
    private static final List<String> SHOWN = List.of(
            "attempt",
            "worker",
            "started_at",
            "completed_at",
            "runtime",
            "exit_code",
            "error",
            "error_class",
            "timed_out",
            "result");

    /** The entry of an answer; every key is there in every state. */
    public ObjectNode toJson(String job) {
        ObjectNode json = Json.object();
        json.put("name", step.name());
        json.put("status", state.word());
        json.set("depends_on", Json.tree(step.dependsOn()));
        json.put("kind", step.keys().path("kind").asText(""));
        json.put("run", run);
        json.put("task_id", job + "." + run + "." + step.name());
        json.put("stem", stem.isEmpty() ? null : stem);
        for (String key : SHOWN) json.set(key, facts.path(key).isMissingNode() ? null : facts.get(key));
        return json;
    }

    StepView withoutResult() {
        if (!facts.has("result")) return this;
        ObjectNode fewer = Json.object().setAll(facts);
        fewer.remove("result");
        return new StepView(step, run, state, stem, fewer);
    }

    /** Its error; empty when there is none. */
    public Optional<String> error() {
        JsonNode error = facts.path("error");
        return error.isTextual() ? Optional.of(error.textValue()) : Optional.empty();
    }

    /** True when it ended without success, and nobody ever tried it. */
    boolean endedUntried() {
        return state.isEnd() && state != StepState.DONE && !facts.has("attempt");
    }

    /** What the record keeps of one that has ended. */
    ObjectNode noted() {
        ObjectNode json = Json.object();
        json.put("state", state.word());
        json.put("stem", stem);
        json.set("facts", facts);
        return json;
    }

    static StepView of(StepRecord step, ObjectNode noted) {
        StepState state = StepState.valueOf(noted.path("state").asText("lost").toUpperCase(Locale.ROOT));
        ObjectNode facts = noted.path("facts") instanceof ObjectNode object ? object : Json.object();
        return new StepView(step.step(), step.run(), state, noted.path("stem").asText(""), facts);
    }
}
