package dev.millrace.testkit;

import java.util.Arrays;

/** Bytes of a file, and a hash of them that costs only what has changed since it was last asked for. */
final class GrowingBytes {
    private byte[] bytes = new byte[0];
    private int size;
    /** The sum over the bytes before {@link #summed}. */
    private long sum;

    private int summed;

    GrowingBytes() {}

    GrowingBytes(byte[] content) {
        write(0, content);
    }

    int size() {
        return size;
    }

    byte[] copy() {
        return Arrays.copyOf(bytes, size);
    }

    byte[] end(int most) {
        return Arrays.copyOfRange(bytes, Math.max(0, size - most), size);
    }

    /** What lies between the old end and the position is zero, as in any file with a hole. */
    void write(int position, byte[] more) {
        int end = Math.addExact(position, more.length);
        unsum(position);
        if (end > bytes.length) bytes = Arrays.copyOf(bytes, Math.max(end, 2 * bytes.length));
        System.arraycopy(more, 0, bytes, position, more.length);
        size = Math.max(size, end);
    }

    void truncate() {
        Arrays.fill(bytes, (byte) 0);
        size = 0;
        sum = 0;
        summed = 0;
    }

    private void unsum(int from) {
        while (summed > from) sum -= term(--summed);
    }

    long hash() {
        while (summed < size) sum += term(summed++);
        return Hashes.mix(sum + size);
    }

    private long term(int index) {
        return Hashes.mix(((long) index << 8) | (bytes[index] & 0xff));
    }
}
