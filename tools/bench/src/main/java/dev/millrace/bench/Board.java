package dev.millrace.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Where handlers note that they ran, and when, so that another process can see it at once and without listing a folder:
 * a small file that both have mapped. All times are monotonic nanoseconds, which on Linux all processes share.
 */
final class Board {
    /** Names the file to a worker's process. */
    static final String PROPERTY = "millrace.bench.board";

    private static final VarHandle LONGS = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final int COUNT = 0;
    private static final int FIRST = 8;
    private static final int MARKS = 64;

    private final ByteBuffer memory;

    private Board(ByteBuffer memory) {
        this.memory = memory;
    }

    /** Creates or opens one in a file, with room for so many marks. */
    static Board in(Path file, int marks) throws IOException {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            MappedByteBuffer memory = channel.map(FileChannel.MapMode.READ_WRITE, 0, MARKS + 8L * marks);
            return new Board(memory);
        }
    }

    /** The one that this process was started with. */
    static Board ofProcess(int marks) {
        String file = System.getProperty(PROPERTY, "");
        if (file.isEmpty()) throw new IllegalStateException("-D" + PROPERTY + " names no file");
        try {
            return in(Path.of(file), marks);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot open " + file, e);
        }
    }

    /** One more task began. */
    void ran(long now) {
        if ((long) LONGS.getAndAdd(memory, COUNT, 1L) == 0) LONGS.setVolatile(memory, FIRST, now);
    }

    /** The task with this number began. */
    void mark(int number, long now) {
        LONGS.setVolatile(memory, MARKS + 8 * number, now);
        ran(now);
    }

    long count() {
        return (long) LONGS.getVolatile(memory, COUNT);
    }

    /** When the first task began after the last {@link #reset}; 0 as long as none did. */
    long first() {
        return (long) LONGS.getVolatile(memory, FIRST);
    }

    long marked(int number) {
        return (long) LONGS.getVolatile(memory, MARKS + 8 * number);
    }

    /** Counts from zero again. Nothing may run meanwhile. */
    void reset() {
        LONGS.setVolatile(memory, FIRST, 0L);
        LONGS.setVolatile(memory, COUNT, 0L);
    }
}
