package dev.millrace.rpc.codec;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Cuts a flow of bytes into lines. Keeps nothing while no line is begun. For one thread. */
public interface Lines {

    /**
     * Lines of at most so many bytes, their newline included.
     *
     * @param budget what large lines take their memory from
     */
    static Lines upTo(int limit, ByteBudget budget) {
        return new BoundedLines(limit, budget);
    }

    /** Takes all bytes. */
    void feed(ByteBuffer bytes);

    /** The next whole line, or null when there is none yet. A carriage return before its end is cut off. */
    @Nullable
    Line next();

    /** After the last byte: what was begun and not ended, or null. */
    @Nullable
    Line rest();

    /** How many bytes are kept. */
    int kept();

    /** True when a line that is not kept goes on for so long that nobody should wait for its end. */
    boolean isEndless();

    /** Forgets all and gives back what was taken of the budget. */
    void drop();
}
