package dev.millrace.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A lock of the operating system on a file, held by this process.
 *
 * <p>To close any channel of a file frees all locks that the process has on it. So a second channel of a file that is
 * locked here must never be opened, not even to find out that it is locked: which files are is remembered.
 */
record LocalLock(FileChannel channel, Path key) implements Disk.DiskLock {
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    /** Opens the file that is to be locked, and makes it when it is not there. */
    interface Opening {
        FileChannel open() throws IOException;
    }

    /** The lock, or nothing when somebody here or elsewhere has it. */
    static Optional<Disk.DiskLock> tryTake(Path file, Opening opening) throws IOException {
        Path key = Disk.parentOf(file).toRealPath().resolve(String.valueOf(file.getFileName()));
        if (!HELD.add(key)) return Optional.empty();
        boolean taken = false;
        try {
            FileChannel channel = opening.open();
            taken = isLocked(channel);
            return taken ? Optional.of(new LocalLock(channel, key)) : Optional.empty();
        } finally {
            if (!taken) HELD.remove(key);
        }
    }

    private static boolean isLocked(FileChannel channel) throws IOException {
        boolean locked = false;
        try {
            locked = channel.tryLock() != null;
            return locked;
        } catch (OverlappingFileLockException heldByCodeThatIsNotOurs) {
            return false;
        } finally {
            if (!locked) channel.close();
        }
    }

    @Override
    public void close() {
        if (!channel.isOpen()) return;
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            HELD.remove(key);
        }
    }
}
