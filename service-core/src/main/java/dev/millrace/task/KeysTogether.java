package dev.millrace.task;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.task.KeyRule.Objection;
import java.util.Optional;

/** What one key of a task document must not say beside another. No schema tells; each key by itself may be right. */
final class KeysTogether {
    private KeysTogether() {}

    static Optional<Objection> objection(ObjectNode body) {
        return ofTimes(body).or(() -> ofUnique(body));
    }

    /** A handler would be asked to end only after it was interrupted. */
    static Optional<Objection> ofTimes(ObjectNode body) {
        JsonNode soft = body.path("soft_timeout_sec");
        JsonNode hard = body.path("timeout_sec");
        return soft.isNumber() && hard.isNumber() && soft.doubleValue() >= hard.doubleValue()
                ? Optional.of(
                        new Objection("soft_timeout_sec", soft, "must be less than timeout_sec, " + hard.asText()))
                : Optional.empty();
    }

    private static Optional<Objection> ofUnique(ObjectNode body) {
        JsonNode unique = body.path("unique");
        if (!unique.isObject()) return Optional.empty();
        if (body.path("unique_key").asText("").isEmpty())
            return Optional.of(new Objection("unique", unique, "needs a unique_key beside it"));
        return UniquePolicy.of(unique) == UniquePolicy.DEBOUNCE
                        && !unique.path("window_sec").isNumber()
                ? Optional.of(
                        new Objection("unique", unique, "needs window_sec: by how much each one puts the start off"))
                : Optional.empty();
    }
}
