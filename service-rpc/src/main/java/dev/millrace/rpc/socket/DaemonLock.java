package dev.millrace.rpc.socket;

import dev.millrace.storage.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * That there is one daemon in a folder. What is locked is {@code daemon.lock}, which is never renamed, replaced or
 * removed; the number of the process lies beside it in {@code daemon.pid}, for people and scripts, and proves nothing. So
 * a pid that is stale, garbage or somebody else's is simply written over.
 */
public interface DaemonLock extends AutoCloseable {
    String LOCK_FILE = "daemon.lock";
    String PID_FILE = "daemon.pid";

    /**
     * Takes the lock, and then writes the pid file. The system frees it when the process dies, however it does.
     *
     * @param folder is made (0700) when it is missing
     * @param pid of this process
     * @throws DaemonRunningException when another daemon has it
     * @throws SocketRefusedException when the pid file is a link, or something else than a file
     */
    static DaemonLock take(Path folder, long pid, Disk disk) throws IOException {
        return HeldLock.take(folder, pid, disk);
    }

    /** What the pid file says; empty when there is none or it holds no number. */
    static OptionalLong pidIn(Path folder, Disk disk) throws IOException {
        return HeldLock.pidIn(folder, disk);
    }

    /** Removes the pid file and frees the lock. May be called twice. */
    @Override
    void close() throws IOException;
}
