package dev.millrace.testkit;

import java.util.Arrays;

/** One change of a file's bytes that a power cut may undo. */
final class FileWrite {
    static final FileWrite TRUNCATION = new FileWrite(-1, new byte[0]);

    private final int position;
    private final byte[] bytes;

    /**
     * @param position where it begins; -1 when the file is emptied
     * @param bytes what is written there; never changed
     */
    FileWrite(int position, byte[] bytes) {
        this.position = position;
        this.bytes = bytes;
    }

    int position() {
        return position;
    }

    byte[] bytes() {
        return bytes;
    }

    boolean isTruncation() {
        return position < 0;
    }

    /** Places at which an enumeration tears it: after nothing, one byte, half, all but one, all. */
    int[] tears() {
        if (isTruncation()) return new int[] {0, 1};
        return Arrays.stream(new int[] {bytes.length, 0, 1, bytes.length / 2, bytes.length - 1})
                .filter(end -> end >= 0 && end <= bytes.length)
                .distinct()
                .toArray();
    }

    /**
     * The content with so many bytes of this write in it.
     *
     * @param grown true when the file has its new length all the same; what did not arrive is zero then
     */
    byte[] on(byte[] content, int arrived, boolean grown) {
        if (isTruncation()) return arrived == 0 ? content : new byte[0];
        if (arrived == 0 && !grown) return content;
        int end = position + (grown ? bytes.length : arrived);
        byte[] result = Arrays.copyOf(content, Math.max(content.length, end));
        System.arraycopy(bytes, 0, result, position, arrived);
        return result;
    }
}
