package dev.millrace.queue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.json.MalformedJsonException;
import dev.millrace.task.Outcome;
import dev.millrace.task.TaskState;
import dev.millrace.time.Time;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Spells a terminal outcome as the bytes that replace a document's closing brace: {@code ,"claim":{...},...}}. */
final class OutcomeBytes {
    /** A document with it can still be read, and a log of them replayed. */
    private static final int LARGEST = 12 << 20;

    private final Member member;
    private final Time time;
    private final AttemptHistory history;

    OutcomeBytes(Member member, Time time, AttemptHistory history) {
        this.member = member;
        this.time = time;
        this.history = history;
    }

    /** The terminal state of an outcome; empty for those that put the task back. */
    static Optional<TaskState> stateOf(Outcome outcome) {
        if (outcome instanceof Outcome.Done) return Optional.of(TaskState.DONE);
        if (outcome instanceof Outcome.Failed) return Optional.of(TaskState.FAILED);
        return outcome instanceof Outcome.Cancelled ? Optional.of(TaskState.CANCELLED) : Optional.empty();
    }

    /** Why nobody could read an outcome back; empty for one that is fine. */
    static Optional<String> objectionTo(String outcome) {
        if (outcome.length() > LARGEST)
            return Optional.of("is " + outcome.length() + " bytes long; at most " + LARGEST
                    + ": write large results to a file and return its path");
        try {
            Json.check(('{' + outcome.substring(1)).getBytes(StandardCharsets.US_ASCII));
            return Optional.empty();
        } catch (MalformedJsonException e) {
            return Optional.of(e.reason());
        }
    }

    String of(FileClaim claim, Outcome outcome, TaskState state, List<JsonNode> earlierAttempts) {
        ObjectNode keys = Json.object();
        keys.set("claim", claimJson(claim));
        keys.put("status", state.word());
        keys.put("finished_at", time.epochSeconds());
        keys.put("runtime", runtimeSeconds(claim));
        keys.put("worker_id", member.workerId());
        keys.put("worker_name", member.worker());
        keys.put("attempt", claim.attempt());
        addOutcome(keys, claim.document().kind().isEmpty(), outcome);
        history.addAll(keys, earlierAttempts, claim, outcome);
        byte[] object = Json.bytes(keys);
        object[0] = ',';
        return new String(object, StandardCharsets.US_ASCII);
    }

    private double runtimeSeconds(FileClaim claim) {
        return Math.round((time.nanos() - claim.claimedNanos()) / 1e3) / 1e6;
    }

    private ObjectNode claimJson(FileClaim claim) {
        ObjectNode json = Json.object();
        json.put("worker_id", member.workerId());
        json.put("worker", member.worker());
        json.put("worker_incarnation", member.incarnation());
        json.put("claimed_at", Time.toEpochSeconds(claim.claimedAt()));
        json.put("task_filename", claim.name().task().terminalFileName());
        json.put("returns", claim.name().task().returns());
        return json;
    }

    /** AGILAB's readers look for the result under {@code logs}; tasks of our own form carry it once, as {@code result}. */
    static void addOutcome(ObjectNode keys, boolean isAgilabs, Outcome outcome) {
        if (outcome instanceof Outcome.Done done) {
            keys.set("result", done.result());
            if (isAgilabs) keys.set("logs", done.result());
            done.details().ifPresent(keys::setAll);
        } else if (outcome instanceof Outcome.Failed failed) {
            keys.put("error", failed.error());
            keys.put("traceback", failed.traceback());
            failed.details().ifPresent(keys::setAll);
        } else if (outcome instanceof Outcome.Cancelled cancelled) {
            keys.put("error", cancelled.reason());
            cancelled.details().ifPresent(keys::setAll);
        }
    }
}
