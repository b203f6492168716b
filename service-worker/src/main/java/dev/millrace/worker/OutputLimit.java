package dev.millrace.worker;

import dev.millrace.storage.Disk;
import dev.millrace.storage.Durability;
import dev.millrace.storage.FileFacts;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Keeps what a worker's process prints within bounds. The process appends to its file and cannot be given another one, so
 * the end of a file that has grown too long is kept beside it as {@code .old} and the file is emptied. What is printed in
 * between is lost.
 */
final class OutputLimit {
    private static final long LONGEST = 16L << 20;
    private static final int KEPT = 1 << 20;

    private final Disk disk;
    private final Path file;

    OutputLimit(Disk disk, Path file) {
        this.disk = disk;
        this.file = file;
    }

    /** Empties the file when it is too long; 1 when it did. */
    int step() throws IOException {
        long size = disk.facts(file).map(FileFacts::size).orElse(0L);
        if (size <= LONGEST) return 0;
        byte[] end = disk.readEnd(file, KEPT);
        disk.replace(file.resolveSibling(file.getFileName() + ".old"), end, Durability.OS);
        disk.truncate(file);
        return 1;
    }
}
