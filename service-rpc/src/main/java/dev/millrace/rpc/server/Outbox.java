package dev.millrace.rpc.server;

import dev.millrace.rpc.codec.ByteBudget;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What waits to be written to one connection. Small messages go out together; large ones in pieces, and their memory
 * comes from the budget. For the thread of the loop alone.
 */
final class Outbox {
    /** Messages up to here cost no budget. */
    static final int LARGE = 64 << 10;

    private final ByteBudget budget;
    private final Deque<byte[]> messages = new ArrayDeque<>(2);
    private int written;
    private long bytes;
    private int large;

    Outbox(ByteBudget budget) {
        this.budget = budget;
    }

    /** False when it is large and there is no memory left for it; nothing was added then. */
    boolean add(byte[] message) {
        if (message.length > LARGE) {
            if (!budget.take(message.length)) return false;
            large++;
        }
        messages.add(message);
        bytes += message.length;
        return true;
    }

    long bytes() {
        return bytes;
    }

    /** True when what waits takes memory from the budget. */
    boolean isLarge() {
        return large > 0;
    }

    boolean isEmpty() {
        return messages.isEmpty();
    }

    /**
     * Writes until all is written or the reader takes no more.
     *
     * @param piece is used in between; empty before and after
     * @return how many bytes were written
     */
    long writeTo(WritableByteChannel channel, ByteBuffer piece) throws IOException {
        long total = 0;
        while (!messages.isEmpty()) {
            fill(piece.clear());
            int wanted = piece.flip().remaining();
            int count = channel.write(piece);
            advance(count);
            total += count;
            if (count < wanted) break;
        }
        return total;
    }

    private void fill(ByteBuffer piece) {
        int from = written;
        for (byte[] message : messages) {
            int length = Math.min(piece.remaining(), message.length - from);
            piece.put(message, from, length);
            from = 0;
            if (!piece.hasRemaining()) return;
        }
    }

    private void advance(int count) {
        bytes -= count;
        written += count;
        for (byte[] first = messages.peek(); first != null && written >= first.length; first = messages.peek()) {
            written -= first.length;
            remove(first);
        }
    }

    private void remove(byte[] first) {
        messages.remove();
        if (first.length <= LARGE) return;
        large--;
        budget.give(first.length);
    }

    /** Forgets all. */
    void drop() {
        for (byte[] first = messages.peek(); first != null; first = messages.peek()) remove(first);
        bytes = 0;
        written = 0;
    }
}
