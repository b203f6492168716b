package dev.millrace.testkit;

import java.time.Instant;
import java.util.Arrays;

/** One file of a {@link RememberedFiles}, which guards it. */
final class RememberedContent {
    private byte[] bytes = new byte[0];
    private int size;
    private Instant modified;

    RememberedContent(Instant modified) {
        this.modified = modified;
    }

    int size() {
        return size;
    }

    Instant modified() {
        return modified;
    }

    byte[] bytes() {
        return Arrays.copyOf(bytes, size);
    }

    byte[] end(int most) {
        return Arrays.copyOfRange(bytes, Math.max(0, size - most), size);
    }

    /** What lies between the old end and the position is zero, as in any file with a hole. */
    void write(long position, byte[] more, Instant now) {
        int end = Math.toIntExact(position + more.length);
        if (end > bytes.length) bytes = Arrays.copyOf(bytes, Math.max(end, 2 * bytes.length));
        System.arraycopy(more, 0, bytes, (int) position, more.length);
        size = Math.max(size, end);
        modified = now;
    }

    void truncate(Instant now) {
        Arrays.fill(bytes, (byte) 0);
        size = 0;
        modified = now;
    }

    void touch(Instant when) {
        modified = when;
    }
}
