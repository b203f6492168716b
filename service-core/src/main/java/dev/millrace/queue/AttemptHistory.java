package dev.millrace.queue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.json.Texts;
import dev.millrace.task.Outcome;
import dev.millrace.task.TaskState;
import dev.millrace.time.Time;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Spells what single attempts came to: {@code attempt}, {@code outcome} (failed, snoozed, died, done or cancelled), and
 * what is known of worker, times, reason and error class. The list {@code attempts} of a document has one such record for
 * each attempt, and one for each time that the task was put off.
 */
record AttemptHistory(Member member, Time time) {
    private static final String ATTEMPT = "attempt";
    private static final String OUTCOME = "outcome";
    private static final String SNOOZED = "snoozed";
    private static final String DIED = "died";

    /** A key of documents whose task was given up. */
    private static final String BY_A_STEWARD = "recovery";

    /** A task may be put off without end; what it came to before this many records is dropped. */
    private static final int MOST_RECORDS = 1_000;

    /** What of a document's keys describes its last attempt, too. */
    private static final List<String> OF_THE_LAST = List.of("error_class", "timed_out", "frame");

    /** An attempt that is followed by another. {@code dueMillis} is 0 when that may begin at once. */
    ObjectNode failed(Claim claim, Outcome.Retry retry, long dueMillis) {
        ObjectNode json = ended(claim, TaskState.FAILED.word(), retry.error());
        retry.details().ifPresent(json::setAll);
        return due(json, dueMillis);
    }

    /** A task that was put off. */
    ObjectNode snoozed(Claim claim, Outcome.Snoozed snoozed, long dueMillis) {
        ObjectNode json = ended(claim, SNOOZED, snoozed.reason());
        snoozed.details().ifPresent(json::setAll);
        return due(json, dueMillis);
    }

    private static ObjectNode due(ObjectNode json, long dueMillis) {
        if (dueMillis > 0) json.put("next_due", dueMillis / 1e3);
        return json;
    }

    /** A reason may be of any length, and one that is not shortened would leave no room for the other attempts. */
    private ObjectNode ended(Claim claim, String outcome, String reason) {
        ObjectNode json = Json.object();
        json.put(ATTEMPT, claim.attempt());
        json.put(OUTCOME, outcome);
        json.put("worker", member.worker());
        json.put("claimed_at", Time.toEpochSeconds(claim.claimedAt()));
        json.put("runtime", runtime(claim));
        if (!reason.isEmpty()) json.put("reason", Texts.shortened(reason));
        return json;
    }

    private double runtime(Claim claim) {
        return Math.round((time.nanos() - claim.claimedNanos()) / 1e3) / 1e6;
    }

    /** An attempt that ended with its worker. */
    ObjectNode died(int attempt) {
        ObjectNode json = Json.object();
        json.put(ATTEMPT, attempt);
        json.put(OUTCOME, DIED);
        json.put("rescued_at", time.epochSeconds());
        json.put("reason", "its worker died or fell silent");
        return json;
    }

    /**
     * Writes all attempts into what becomes of a document. A task that is done at its first attempt has nothing to tell.
     *
     * @param keys what the last attempt writes into the document
     */
    void addAll(ObjectNode keys, List<JsonNode> earlier, Claim claim, Outcome outcome) {
        boolean tells = !earlier.isEmpty() || outcome instanceof Outcome.Failed;
        if (!tells) return;
        // Whoever took this attempt for dead, and was too late to take the task, has left a record of it all the same.
        List<JsonNode> all = new ArrayList<>(earlier);
        all.removeIf(record -> isOf(record, claim.attempt()));
        all.add(keys.has(BY_A_STEWARD) ? died(claim.attempt()) : last(keys, claim, outcome));
        addAll(keys, all);
    }

    private static boolean isOf(JsonNode record, int attempt) {
        return record.path(ATTEMPT).asInt() == attempt && !isSnoozed(record);
    }

    private ObjectNode last(ObjectNode keys, Claim claim, Outcome outcome) {
        String state = OutcomeBytes.stateOf(outcome).map(TaskState::word).orElse("");
        ObjectNode json = ended(claim, state, keys.path("error").asText(""));
        for (String key : OF_THE_LAST) Optional.ofNullable(keys.get(key)).ifPresent(value -> json.set(key, value));
        return json;
    }

    static void addAll(ObjectNode keys, List<JsonNode> all) {
        if (all.isEmpty()) return;
        ArrayNode attempts = keys.putArray("attempts");
        all.subList(Math.max(0, all.size() - MOST_RECORDS), all.size()).forEach(attempts::add);
    }

    static boolean isSnoozed(JsonNode record) {
        return record.path(OUTCOME).asText("").equals(SNOOZED);
    }

    /** True when a worker's death is all that ever ended an attempt. */
    static boolean isAllDeaths(List<JsonNode> records) {
        return records.stream()
                .allMatch(record ->
                        isSnoozed(record) || record.path(OUTCOME).asText("").equals(DIED));
    }
}
