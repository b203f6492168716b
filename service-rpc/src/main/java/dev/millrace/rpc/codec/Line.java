package dev.millrace.rpc.codec;

import java.nio.ByteBuffer;

/** What {@link Lines} finds in a flow of bytes. */
public sealed interface Line {

    /**
     * A line, without its end.
     *
     * @param bytes an array behind it is there; of a short line the bytes hold until the next call of {@link Lines}
     * @param reserved what of the budget it holds; whoever took the line gives it back
     */
    record Text(ByteBuffer bytes, long reserved) implements Line {}

    /** A line beyond the limit. Its bytes are not kept; the next line is found after its end. */
    record TooLong() implements Line {}

    /** A large line for which there was no memory left. Its bytes are not kept, as those of one that is too long. */
    record NoRoom() implements Line {}
}
