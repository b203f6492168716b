package dev.millrace.rpc.codec;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.rpc.RpcException;
import java.nio.ByteBuffer;
import java.util.List;

/** What a line of a client turned out to be. */
public sealed interface Incoming {

    /** A request, or a notification. */
    record Call(Request request) implements Incoming {}

    /**
     * What is to be answered with an error.
     *
     * @param id that of the request as far as it could be read, else JSON's null
     */
    record Invalid(JsonNode id, RpcException error) implements Incoming {}

    /** Several at once, at least one; none of them is a batch. */
    record Batch(List<Incoming> items) implements Incoming {
        public Batch {
            items = List.copyOf(items);
        }
    }

    /**
     * Reads a line.
     *
     * @param batchLimit the most requests in one batch
     */
    static Incoming decode(ByteBuffer line, int batchLimit) {
        return Envelope.read(line, batchLimit);
    }
}
