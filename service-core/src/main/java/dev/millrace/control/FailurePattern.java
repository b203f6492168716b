package dev.millrace.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import java.time.Instant;

/**
 * Failures that look alike.
 *
 * @param id the same for the same kind, exception, message without its numbers and names, and place in the code
 * @param kind the kind of the tasks; empty for the default kind
 * @param errorClass the exception; empty when none was named
 * @param message the message with what varies replaced
 * @param frame the top frame of the trace; empty when there is none
 * @param count attempts that failed so
 * @param helped how many of the tasks were done by a later attempt
 * @param gaveUp how many of them failed for good
 * @param firstSeen epoch seconds
 * @param lastSeen epoch seconds
 * @param example the last one: service, task_id, stem, attempt, error, at
 */
public record FailurePattern(
        String id,
        String kind,
        String errorClass,
        String message,
        String frame,
        long count,
        long helped,
        long gaveUp,
        double firstSeen,
        double lastSeen,
        ObjectNode example) {
    private static final double HALF_AFTER_SEC = 7 * 86_400.0;
    private static final int ENOUGH = 3;

    /** The share of tasks that a retry saved; a half while that is not known. */
    public double effectiveness() {
        long known = helped + gaveUp;
        return known == 0 ? 0.5 : (double) helped / known;
    }

    /** How much it matters now: more for what is frequent, less for what is long ago; 0 to 1. */
    public double priority(double now) {
        double age = Math.max(0, now - lastSeen);
        double frequent = Math.min(1, Math.log10((double) count + 1) / 2);
        return frequent * Math.pow(0.5, age / HALF_AFTER_SEC);
    }

    /** What is known of retrying: pending until enough is, then validated when it mostly helps, quarantined when it hardly does. */
    public String status() {
        if (helped + gaveUp < ENOUGH) return "pending";
        if (effectiveness() >= 0.6) return "validated";
        return effectiveness() < 0.35 ? "quarantined" : "pending";
    }

    /** What to conclude. */
    public String advice() {
        return switch (status()) {
            case "validated" -> "retries help: " + helped + " of " + (helped + gaveUp) + " tasks were done by one";
            case "quarantined" ->
                "retries do not help: " + gaveUp + " of " + (helped + gaveUp) + " tasks failed all the same";
            default -> helped + gaveUp == 0 ? "nothing is known of retries yet" : "retries help at times";
        };
    }

    /** The entry of an answer. */
    public ObjectNode toJson(double now) {
        ObjectNode json = stored();
        json.put("first_seen", iso(firstSeen)).put("last_seen", iso(lastSeen));
        json.put("pattern_type", helped > gaveUp ? "retry_success" : "failure");
        json.put(
                "pattern_name",
                (errorClass.isEmpty() ? "failure" : errorClass) + " in "
                        + (kind.isEmpty() ? "the default kind" : kind));
        json.put("description", message);
        json.put("effectiveness_score", rounded(effectiveness()));
        json.put("priority_score", rounded(priority(now)));
        json.put("occurrence_count", count);
        json.put("quarantine_status", status());
        json.put(
                "trust_score",
                rounded(0.5 + 0.3 * (effectiveness() - 0.5) + 0.2 * Math.min(1, (double) count / 10) - 0.1));
        json.put("retries", advice());
        return json;
    }

    private static String iso(double epochSeconds) {
        return Instant.ofEpochMilli(Math.round(epochSeconds * 1e3)).toString();
    }

    private static double rounded(double value) {
        return Math.round(value * 1e4) / 1e4;
    }

    ObjectNode stored() {
        ObjectNode json = Json.object();
        json.put("id", id);
        json.put("kind", kind);
        json.put("error_class", errorClass);
        json.put("message", message);
        json.put("frame", frame);
        json.put("count", count);
        json.put("helped", helped);
        json.put("gave_up", gaveUp);
        json.put("first_seen", firstSeen);
        json.put("last_seen", lastSeen);
        json.set("example", example);
        return json;
    }

    static FailurePattern of(JsonNode json) {
        return new FailurePattern(
                json.path("id").asText(),
                json.path("kind").asText(""),
                json.path("error_class").asText(""),
                json.path("message").asText(""),
                json.path("frame").asText(""),
                json.path("count").asLong(),
                json.path("helped").asLong(),
                json.path("gave_up").asLong(),
                json.path("first_seen").asDouble(),
                json.path("last_seen").asDouble(),
                json.path("example") instanceof ObjectNode example ? example : Json.object());
    }

    FailurePattern again(double at, ObjectNode newExample) {
        return new FailurePattern(
                id,
                kind,
                errorClass,
                message,
                frame,
                count + 1,
                helped,
                gaveUp,
                Math.min(firstSeen, at),
                Math.max(lastSeen, at),
                newExample);
    }

    FailurePattern ended(boolean done) {
        return new FailurePattern(
                id,
                kind,
                errorClass,
                message,
                frame,
                count,
                helped + (done ? 1 : 0),
                gaveUp + (done ? 0 : 1),
                firstSeen,
                lastSeen,
                example);
    }
}
