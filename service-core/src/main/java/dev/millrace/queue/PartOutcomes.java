package dev.millrace.queue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.task.Outcome;
import dev.millrace.task.TaskState;
import dev.millrace.time.Time;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Spells how an attempt of a batch's task ended: one JSON object in one line of ASCII. */
record PartOutcomes(Member member, Time clock) {

    BatchRecord record(PartClaim part, Outcome outcome, List<JsonNode> earlier, Time time) {
        if (outcome instanceof Outcome.Retry retry) return retry(part, retry, time);
        TaskState state = OutcomeBytes.stateOf(outcome).orElseThrow();
        ObjectNode json = Json.object();
        json.put("index", part.index());
        json.put("task_id", part.id());
        json.put("status", state.word());
        json.put("claimed_at", Time.toEpochSeconds(part.claimedAt()));
        json.put("finished_at", time.epochSeconds());
        json.put("runtime", runtime(part, time));
        json.put("worker_id", member.workerId());
        json.put("worker_name", member.worker());
        json.put("attempt", part.attempt());
        OutcomeBytes.addOutcome(json, part.document().kind().isEmpty(), outcome);
        addEarlier(json, earlier);
        return terminal(part, state, json);
    }

    private BatchRecord terminal(PartClaim part, TaskState state, ObjectNode json) {
        String text = ascii(json);
        Optional<String> objection = OutcomeBytes.objectionTo(text);
        if (objection.isEmpty()) return new BatchRecord(0, part.index(), part.attempt(), state, 0, text);
        json.remove(List.of("result", "logs", "traceback"));
        json.put("status", TaskState.FAILED.word());
        json.put("error", "the outcome " + objection.get());
        return new BatchRecord(0, part.index(), part.attempt(), TaskState.FAILED, 0, ascii(json));
    }

    private static double runtime(PartClaim part, Time time) {
        return Math.round((time.nanos() - part.claimedNanos()) / 1e3) / 1e6;
    }

    private static void addEarlier(ObjectNode json, List<JsonNode> earlier) {
        if (earlier.isEmpty()) return;
        ArrayNode attempts = json.putArray("attempts");
        earlier.forEach(attempts::add);
    }

    private BatchRecord retry(PartClaim part, Outcome.Retry retry, Time time) {
        ObjectNode json = Json.object();
        json.put("attempt", part.attempt());
        json.put("worker", member.worker());
        json.put("claimed_at", Time.toEpochSeconds(part.claimedAt()));
        json.put("runtime", runtime(part, time));
        json.put("reason", retry.error());
        long delay = Math.max(0, Settling.bounded(retry.delay()).toMillis());
        long due = delay == 0 ? 0 : time.millis() + delay;
        return new BatchRecord(0, part.index(), part.attempt(), TaskState.SCHEDULED, due, ascii(json));
    }

    /** A line that is no task. */
    String refused(int index, int attempt, String file, String reason) {
        ObjectNode json = Json.object();
        json.put("index", index);
        json.put("status", TaskState.FAILED.word());
        json.put("finished_at", clock.epochSeconds());
        json.put("attempt", attempt);
        json.put("error", "was refused: " + file + " " + reason);
        json.put("quarantined", true);
        return ascii(json);
    }

    /** A task that killed its worker too often. */
    BatchRecord givenUp(int index, int attempt, List<JsonNode> earlier, Time time) {
        ObjectNode json = Json.object();
        json.put("index", index);
        json.put("status", TaskState.FAILED.word());
        json.put("finished_at", time.epochSeconds());
        json.put("attempt", attempt);
        json.put("error", Rescue.givenUp(attempt));
        addEarlier(json, earlier);
        return new BatchRecord(0, index, attempt, TaskState.FAILED, 0, ascii(json));
    }

    private static String ascii(ObjectNode json) {
        return new String(Json.bytes(json), StandardCharsets.US_ASCII);
    }
}
