package dev.millrace.rpc.codec;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One array that grows with the line that is begun, up to the limit and a little. From {@link #LARGE} on its memory comes
 * from the budget; a large line is handed out with the array and its share of the budget, so that it stays valid while
 * more bytes come in. What is too long, or finds no memory, is thrown away as it comes, up to its end; the whole lines
 * before it stay.
 */
final class BoundedLines implements Lines {
    /** Lines up to here cost no budget, so that nobody's large messages keep others from short ones. */
    static final int LARGE = 256 << 10;

    /** What a connection may keep for a line that is begun, however short that is. */
    static final int ROOMY = 64 << 10;

    private static final int PATIENCE = 8;
    private static final int SMALLEST = 512;
    private static final byte[] NOTHING = new byte[0];

    private final int limit;
    private final ByteBudget budget;
    private byte[] buffer = NOTHING;
    private int start;
    private int end;
    private int scanned;
    private long reserved;
    private boolean skipping;
    private boolean refused;
    private int refusedAt;
    private long skipped;

    BoundedLines(int limit, ByteBudget budget) {
        this.limit = limit;
        this.budget = budget;
    }

    @Override
    public void feed(ByteBuffer bytes) {
        while (bytes.hasRemaining()) {
            if (skipping) skip(bytes);
            else if (makeRoom(bytes.remaining())) append(bytes);
            else refuse();
        }
    }

    private void append(ByteBuffer bytes) {
        int more = bytes.remaining();
        bytes.get(buffer, end, more);
        end += more;
    }

    /** Forgets the line that is begun. */
    private void refuse() {
        int begun = end;
        while (begun > start && buffer[begun - 1] != '\n') begun--;
        skipping = true;
        int dropped = end - begun;
        skipped = dropped;
        end = begun;
        scanned = Math.min(scanned, end);
        if (!refused) refusedAt = end;
        refused = true;
        if (start == end) drop();
    }

    private void skip(ByteBuffer bytes) {
        while (skipping && bytes.hasRemaining()) {
            skipped++;
            if (bytes.get() == '\n') skipping = false;
        }
    }

    private boolean makeRoom(int more) {
        if (buffer.length - end >= more) return true;
        int need = end - start + more;
        if (need <= buffer.length) {
            System.arraycopy(buffer, start, buffer, 0, end - start);
        } else {
            int size = Math.max(SMALLEST, Integer.highestOneBit(need - 1) << 1);
            // The last doubling would take up to twice the limit.
            // Beyond a gibibyte the doubling has no number any more.
            if ((size < 0 || size > limit) && need <= limit + LARGE)
                size = Math.max(need, Math.min(size, limit + LARGE));
            if (size > LARGE && !reserve(size)) return false;
            byte[] larger = new byte[size];
            System.arraycopy(buffer, start, larger, 0, end - start);
            buffer = larger;
        }
        moveToFront();
        return true;
    }

    private void moveToFront() {
        scanned -= start;
        end -= start;
        refusedAt -= start;
        start = 0;
    }

    private boolean reserve(int size) {
        if (!budget.take(size - reserved)) return false;
        reserved = size;
        return true;
    }

    @Override
    public @Nullable Line next() {
        if (refused && refusedAt == start) {
            refused = false;
            return new Line.NoRoom();
        }
        for (; scanned < end; scanned++) if (buffer[scanned] == '\n') return line();
        if (end - start < limit) {
            if (start == end) drop();
            else shrink();
            return null;
        }
        beginSkipping();
        return new Line.TooLong();
    }

    private Line line() {
        int from = start;
        int length = scanned - start;
        start = ++scanned;
        if (length + 1 > limit) return new Line.TooLong();
        return text(from, length > 0 && buffer[from + length - 1] == '\r' ? length - 1 : length);
    }

    private Line.Text text(int from, int length) {
        ByteBuffer bytes = ByteBuffer.wrap(buffer, from, length);
        if (length <= LARGE) return new Line.Text(bytes, 0);
        long given = reserved;
        byte[] others = start < end ? Arrays.copyOfRange(buffer, start, end) : NOTHING;
        reserved = 0;
        buffer = others;
        moveToFront();
        return new Line.Text(bytes, given);
    }

    /** What the lines before it needed is not kept for one that is begun, and may stay so for as long as it likes. */
    private void shrink() {
        if (buffer.length <= ROOMY || kept() > Math.min(LARGE, buffer.length / 4)) return;
        buffer = Arrays.copyOfRange(buffer, start, end);
        moveToFront();
        budget.give(reserved);
        reserved = 0;
    }

    /** The memory that it takes. */
    int room() {
        return buffer.length;
    }

    private void beginSkipping() {
        skipping = true;
        skipped = kept();
        drop();
    }

    @Override
    public @Nullable Line rest() {
        if (skipping || start == end) return null;
        int from = start;
        int length = end - start;
        start = scanned = end;
        return text(from, length);
    }

    @Override
    public int kept() {
        return end - start;
    }

    @Override
    public boolean isEndless() {
        return skipping && skipped > (long) limit * PATIENCE;
    }

    @Override
    public void drop() {
        buffer = NOTHING;
        start = end = scanned = refusedAt = 0;
        budget.give(reserved);
        reserved = 0;
    }
}
