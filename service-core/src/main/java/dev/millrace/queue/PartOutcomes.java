package dev.millrace.queue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.task.Outcome;
import dev.millrace.task.TaskState;
import dev.millrace.time.Time;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Spells how an attempt of a batch's task ended: one JSON object in one line of ASCII. */
record PartOutcomes(Member member, Time clock, AttemptHistory history) {

    BatchRecord record(PartClaim part, Outcome outcome, List<JsonNode> earlier, Time time) {
        if (outcome instanceof Outcome.Retry retry) return retry(part, retry, time);
        if (outcome instanceof Outcome.Snoozed snoozed) return snooze(part, snoozed, time);
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
        history.addAll(json, earlier, part, outcome);
        return terminal(part, state, json);
    }

    private BatchRecord terminal(PartClaim part, TaskState state, ObjectNode json) {
        String text = part.room().fitted(json);
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

    private BatchRecord retry(PartClaim part, Outcome.Retry retry, Time time) {
        long due = Settling.dueAfter(retry.delay(), time);
        return waiting(part.index(), part.attempt(), due, history.failed(part, retry, due));
    }

    /** The attempt is not spent, so the one before it is the last that ended. */
    private BatchRecord snooze(PartClaim part, Outcome.Snoozed snoozed, Time time) {
        long due = Settling.dueAfter(snoozed.delay(), time);
        return waiting(part.index(), part.attempt() - 1, due, history.snoozed(part, snoozed, due));
    }

    /** A task that killed its worker and has attempts left. */
    BatchRecord died(int index, int attempt) {
        return waiting(index, attempt, 0, history.died(attempt));
    }

    /**
     * A task that waits to be tried again is due now. As with one that was put off, the attempt before is the last that
     * ended.
     */
    static BatchRecord dueNow(int index, int attempt) {
        return new BatchRecord(0, index, attempt - 1, TaskState.SCHEDULED, 0, "");
    }

    private static BatchRecord waiting(int index, int attempt, long due, ObjectNode json) {
        return new BatchRecord(0, index, attempt, TaskState.SCHEDULED, due, ascii(json));
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
        List<JsonNode> attempts = new ArrayList<>(earlier);
        attempts.add(history.died(attempt));
        ObjectNode json = Json.object();
        json.put("index", index);
        json.put("status", TaskState.FAILED.word());
        json.put("finished_at", time.epochSeconds());
        json.put("attempt", attempt);
        json.put("error", Rescue.givenUp(attempt, AttemptHistory.isAllDeaths(attempts)));
        AttemptHistory.addAll(json, attempts);
        return new BatchRecord(0, index, attempt, TaskState.FAILED, 0, ascii(json));
    }

    private static String ascii(ObjectNode json) {
        return new String(Json.bytes(json), StandardCharsets.US_ASCII);
    }
}
