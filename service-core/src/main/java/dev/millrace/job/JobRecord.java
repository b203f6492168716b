package dev.millrace.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.json.MalformedJsonException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What is remembered of a job, see the package.
 *
 * @param spec what it consists of
 * @param run the newest run
 * @param facts when and how it was submitted, begun, and ended
 * @param underWay what has been decided and is not carried out yet; empty when nothing is
 * @param steps its steps in the order of the spec
 */
record JobRecord(JobSpec spec, int run, Facts facts, Optional<UnderWay> underWay, List<StepRecord> steps) {
    static final String SCHEMA = "millrace.job.v1";

    JobRecord {
        steps = List.copyOf(steps);
    }

    /**
     * @param configPath the file from which it was read; empty for none
     * @param submittedAt epoch seconds
     * @param startedAt epoch seconds; 0 when it has not been let in yet
     * @param heldSec how long it was held back by an operator or the machine since it began
     * @param completedAt epoch seconds; 0 while it has not ended
     * @param ending how it ended; empty while it has not
     * @param calledOff why it was called off; empty when it was not
     * @param failedBy why the job as a whole failed, whatever its steps say; empty when it did not
     */
    record Facts(
            String configPath,
            double submittedAt,
            double startedAt,
            double heldSec,
            double completedAt,
            Optional<JobState> ending,
            String calledOff,
            String failedBy) {
        static Facts submitted(String configPath, double at) {
            return new Facts(configPath, at, 0, 0, 0, Optional.empty(), "", "");
        }

        /** As a job that goes on. */
        Facts again(double at) {
            return new Facts(configPath, submittedAt, at, 0, 0, Optional.empty(), "", "");
        }

        Facts from(String newConfigPath) {
            String path = newConfigPath.isEmpty() ? configPath : newConfigPath;
            return new Facts(path, submittedAt, startedAt, heldSec, completedAt, ending, calledOff, failedBy);
        }

        Facts started(double at) {
            return new Facts(configPath, submittedAt, at, heldSec, completedAt, ending, calledOff, failedBy);
        }

        Facts heldFor(double seconds) {
            return new Facts(
                    configPath,
                    submittedAt,
                    startedAt,
                    heldSec + Math.max(0, seconds),
                    completedAt,
                    ending,
                    calledOff,
                    failedBy);
        }

        Facts calledOff(String reason) {
            return new Facts(configPath, submittedAt, startedAt, heldSec, completedAt, ending, reason, failedBy);
        }

        Facts failedBy(String reason) {
            return new Facts(configPath, submittedAt, startedAt, heldSec, completedAt, ending, calledOff, reason);
        }

        Facts ended(JobState how, double at) {
            return new Facts(configPath, submittedAt, startedAt, heldSec, at, Optional.of(how), calledOff, failedBy);
        }

        boolean isStopped() {
            return !calledOff.isEmpty() || !failedBy.isEmpty();
        }
    }

    /**
     * @param replaced unique names of tasks that are called off if need be, must have ended before the new ones are
     *     submitted, and are put away then
     */
    record UnderWay(List<String> replaced) {
        UnderWay {
            replaced = List.copyOf(replaced);
        }
    }

    String id() {
        return spec.id();
    }

    boolean hasEnded() {
        return facts.ending().isPresent();
    }

    JobRecord with(Facts newFacts) {
        return new JobRecord(spec, run, newFacts, underWay, steps);
    }

    JobRecord with(List<StepRecord> newSteps) {
        return new JobRecord(spec, run, facts, underWay, newSteps);
    }

    JobRecord carriedOut() {
        return new JobRecord(spec, run, facts, Optional.empty(), steps);
    }

    ObjectNode toJson() {
        ObjectNode json = Json.object();
        json.put("schema", SCHEMA);
        ObjectNode of = spec.toJson();
        of.remove("tasks");
        json.set("job", of);
        json.put("run", run);
        json.set("facts", factsJson());
        underWay.ifPresent(way -> json.putObject("under_way").set("replaced", Json.tree(way.replaced())));
        ArrayNode list = json.putArray("steps");
        for (StepRecord step : steps) list.add(step.toJson());
        return json;
    }

    private ObjectNode factsJson() {
        ObjectNode json = Json.object();
        json.put("config_path", facts.configPath());
        json.put("submitted_at", facts.submittedAt());
        json.put("started_at", facts.startedAt());
        json.put("held_sec", facts.heldSec());
        json.put("completed_at", facts.completedAt());
        facts.ending().ifPresent(how -> json.put("ending", how.word()));
        json.put("called_off", facts.calledOff());
        json.put("failed_by", facts.failedBy());
        return json;
    }

    static JobRecord of(ObjectNode json) throws MalformedJsonException {
        if (!json.path("schema").asText("").equals(SCHEMA))
            throw new MalformedJsonException("is not a " + SCHEMA + " but " + json.path("schema"));
        try {
            List<StepRecord> steps = new ArrayList<>();
            for (JsonNode step : json.path("steps")) steps.add(StepRecord.of(step, steps.size() + 1));
            List<JobStep> defined = steps.stream().map(StepRecord::step).toList();
            JobSpec spec = JobSpec.of((ObjectNode) json.path("job"), "", defined);
            return new JobRecord(spec, json.path("run").asInt(1), facts(json.path("facts")), underWay(json), steps);
        } catch (IllegalArgumentException | ClassCastException | JobException e) {
            throw new MalformedJsonException("is damaged: " + e.getMessage());
        }
    }

    private static Facts facts(JsonNode json) {
        String ending = json.path("ending").asText("");
        return new Facts(
                json.path("config_path").asText(""),
                json.path("submitted_at").asDouble(0),
                json.path("started_at").asDouble(0),
                json.path("held_sec").asDouble(0),
                json.path("completed_at").asDouble(0),
                ending.isEmpty() ? Optional.empty() : Optional.of(JobState.valueOf(ending.toUpperCase(Locale.ROOT))),
                json.path("called_off").asText(""),
                json.path("failed_by").asText(""));
    }

    private static Optional<UnderWay> underWay(JsonNode json) {
        if (!json.has("under_way")) return Optional.empty();
        List<String> replaced = new ArrayList<>();
        for (JsonNode stem : json.path("under_way").path("replaced")) replaced.add(stem.asText());
        return Optional.of(new UnderWay(replaced));
    }
}
