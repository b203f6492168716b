package dev.millrace.rpc.socket;

import dev.millrace.storage.Disk;
import dev.millrace.storage.Disk.DiskLock;
import dev.millrace.storage.Durability;
import dev.millrace.storage.FileFacts;
import dev.millrace.storage.FileTooLargeException;
import dev.millrace.storage.NotARegularFileException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/** The lock of a daemon, held. */
final class HeldLock implements DaemonLock {
    private static final int LONGEST_PID_FILE = 64;

    private final Path pidFile;
    private final DiskLock lock;
    private final Disk disk;
    private boolean closed;

    private HeldLock(Path pidFile, DiskLock lock, Disk disk) {
        this.pidFile = pidFile;
        this.lock = lock;
        this.disk = disk;
    }

    static HeldLock take(Path folder, long pid, Disk disk) throws IOException {
        disk.createFolders(folder);
        Path lockFile = folder.resolve(LOCK_FILE);
        Optional<DiskLock> lock = disk.tryLock(lockFile);
        if (lock.isEmpty()) throw new DaemonRunningException(lockFile, pidIn(folder, disk));
        Path pidFile = folder.resolve(PID_FILE);
        try {
            requirePlain(pidFile, disk);
            disk.replace(pidFile, (pid + "\n").getBytes(StandardCharsets.US_ASCII), Durability.OS);
            return new HeldLock(pidFile, lock.get(), disk);
        } catch (IOException | RuntimeException e) {
            lock.get().close();
            throw e;
        }
    }

    private static void requirePlain(Path pidFile, Disk disk) throws IOException {
        Optional<FileFacts> there = disk.facts(pidFile);
        if (there.isPresent() && there.get().kind() != FileFacts.Kind.FILE)
            throw new SocketRefusedException(pidFile, "is there and is no plain file; remove it");
    }

    static OptionalLong pidIn(Path folder, Disk disk) throws IOException {
        try {
            String text = new String(disk.read(folder.resolve(PID_FILE), LONGEST_PID_FILE), StandardCharsets.US_ASCII);
            long pid = Long.parseLong(text.strip());
            return pid > 0 ? OptionalLong.of(pid) : OptionalLong.empty();
        } catch (NoSuchFileException | FileTooLargeException | NotARegularFileException | NumberFormatException none) {
            return OptionalLong.empty();
        }
    }

    @Override
    public synchronized void close() throws IOException {
        if (closed) return;
        closed = true;
        try {
            disk.delete(pidFile);
        } finally {
            lock.close();
        }
    }
}
