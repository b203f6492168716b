package dev.millrace.job;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.queue.Pauses;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A job as it is now. One schema in every state.
 *
 * @param id its name
 * @param state where it is
 * @param run its newest run
 * @param heldBy who holds it back and why; empty for nobody
 * @param facts submitted_at, started_at, completed_at, config_path, message
 * @param steps its steps
 */
public record JobView(
        String id, JobState state, int run, Map<String, Pauses.Pause> heldBy, ObjectNode facts, List<StepView> steps) {
    public JobView {
        steps = List.copyOf(steps);
    }

    /** How many steps are in a state. */
    public long count(StepState wanted) {
        return steps.stream().filter(step -> step.state() == wanted).count();
    }

    /** One of its steps by name. */
    public Optional<StepView> step(String name) {
        return steps.stream().filter(step -> step.step().name().equals(name)).findFirst();
    }

    /** The same, without what may be large. */
    JobView withoutResults() {
        return new JobView(
                id,
                state,
                run,
                heldBy,
                facts,
                steps.stream().map(StepView::withoutResult).toList());
    }

    /** The entry of a list. */
    public ObjectNode summary() {
        ObjectNode json = Json.object();
        json.put("job_id", id);
        json.put("status", state.word());
        json.put("run", run);
        json.setAll(facts);
        ArrayNode holders = json.putArray("held_by");
        heldBy.forEach((by, pause) ->
                holders.addObject().put("by", by).put("reason", pause.reason()).put("at", pause.at()));
        json.set("progress", progress());
        return json;
    }

    /** How many of its steps are where. */
    public ObjectNode progress() {
        ObjectNode json = Json.object();
        json.put("total", steps.size());
        for (StepState one : StepState.values()) json.put(one.word(), count(one));
        long ended = steps.stream().filter(step -> step.state().isEnd()).count();
        json.put("percent", Math.round(1000.0 * ended / steps.size()) / 10.0);
        return json;
    }

    /** All of it. */
    public ObjectNode toJson() {
        return toJson(0, steps.size(), true);
    }

    /**
     * All of it but for some of its steps; a large job may be too much for one answer.
     *
     * @param offset leaves out the first so many
     * @param limit at most so many
     * @param results false to leave out what they gave
     */
    public ObjectNode toJson(int offset, int limit, boolean results) {
        ObjectNode json = summary();
        ArrayNode list = json.putArray("steps");
        steps.stream()
                .skip(offset)
                .limit(limit)
                .forEach(step -> list.add((results ? step : step.withoutResult()).toJson(id)));
        return json;
    }
}
