package dev.millrace.queue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.json.Json;
import dev.millrace.json.MalformedJsonException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a task of a batch has come to that has not ended.
 *
 * @param attempt the attempt that waits or runs
 * @param due when it is to be tried again, epoch seconds; empty for at once
 * @param attempts what earlier ones came to
 */
record PartHistory(int attempt, OptionalDouble due, List<JsonNode> attempts) {
    /** Of a task that nobody has run. */
    static final PartHistory NONE = new PartHistory(1, OptionalDouble.empty(), List.of());

    PartHistory {
        attempts = List.copyOf(attempts);
    }

    /** The history after one more record that is no end. */
    PartHistory with(BatchRecord record) {
        List<JsonNode> more = new ArrayList<>(attempts);
        toldBy(record).ifPresent(more::add);
        OptionalDouble again =
                record.dueMillis() > 0 ? OptionalDouble.of(record.dueMillis() / 1e3) : OptionalDouble.empty();
        return new PartHistory(record.attempt() + 1, again, more);
    }

    /** What a record tells of the attempt that it ended. */
    static Optional<JsonNode> toldBy(BatchRecord record) {
        if (!record.tellsOfAttempt()) return Optional.empty();
        try {
            return Optional.of(Json.parse(record.outcome().getBytes(StandardCharsets.US_ASCII)));
        } catch (MalformedJsonException damaged) {
            // informs people only
            return Optional.empty();
        }
    }
}
