package dev.millrace.queue;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * What lies in a bucket's file: when it was last used (8 bytes), what Bucket4j knows of it, and a CRC-32C of both (4
 * bytes). The file is not forced, so a power cut may leave it torn or full of zeros; Bucket4j must not see that, and a time
 * that is none must not put the clock of all buckets forward.
 */
final class BucketFile {
    private final long usedAt;
    private final byte[] state;

    BucketFile(long usedAt, byte[] state) {
        this.usedAt = usedAt;
        this.state = state;
    }

    /** Empty when the file is damaged. */
    static Optional<BucketFile> parse(byte[] content) {
        int end = content.length - Integer.BYTES;
        if (end < Long.BYTES) return Optional.empty();
        ByteBuffer bytes = ByteBuffer.wrap(content);
        return bytes.getInt(end) == checksum(content, end)
                ? Optional.of(new BucketFile(bytes.getLong(), Arrays.copyOfRange(content, Long.BYTES, end)))
                : Optional.empty();
    }

    byte[] bytes() {
        int end = Long.BYTES + state.length;
        ByteBuffer bytes = ByteBuffer.allocate(end + Integer.BYTES);
        bytes.putLong(usedAt).put(state);
        return bytes.putInt(checksum(bytes.array(), end)).array();
    }

    private static int checksum(byte[] content, int end) {
        CRC32C sum = new CRC32C();
        sum.update(content, 0, end);
        return (int) sum.getValue();
    }

    /** Nanoseconds since 1970, by the clock of whoever used it. */
    long usedAt() {
        return usedAt;
    }

    byte[] state() {
        return state;
    }
}
