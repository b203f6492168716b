package dev.millrace.rpc.client;

import java.time.Duration;
import java.util.Optional;

/**
 * How one call behaves.
 *
 * @param deadline over everything that it does; empty: the client's timeout
 * @param repeatable true when it does no harm that the daemon carries the call out twice: then it is tried once more when
 *     the connection is lost before the answer came. A call that cannot have been carried out is tried once more anyway.
 * @param idempotencyKey sent as the parameter {@code idempotency_key}, by which the daemon knows the same call again; it
 *     makes a call repeatable
 */
public record CallOptions(Optional<Duration> deadline, boolean repeatable, Optional<String> idempotencyKey) {
    private static final CallOptions DEFAULTS = new CallOptions(Optional.empty(), false, Optional.empty());

    /** The client's timeout, and never carried out twice. */
    public static CallOptions defaults() {
        return DEFAULTS;
    }

    public CallOptions withDeadline(Duration newDeadline) {
        return new CallOptions(Optional.of(newDeadline), repeatable, idempotencyKey);
    }

    /** For calls that only look. */
    public CallOptions withRepeatable() {
        return new CallOptions(deadline, true, idempotencyKey);
    }

    /** Only for methods that know such a key, as {@code service.submit} does; the daemon refuses it with any other. */
    public CallOptions withIdempotencyKey(String key) {
        return new CallOptions(deadline, true, Optional.of(key));
    }
}
