package dev.millrace.rpc.socket;

import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.OptionalLong;

/** A daemon has the lock of this folder already. */
public final class DaemonRunningException extends FileSystemException {
    private static final long serialVersionUID = 1L;
    private final long pid;

    DaemonRunningException(Path lock, OptionalLong pid) {
        super(
                lock.toString(),
                null,
                "a daemon is already running" + (pid.isPresent() ? " (PID " + pid.getAsLong() + ")" : ""));
        this.pid = pid.orElse(0);
    }

    /** The number of its process, as far as it is known. */
    public OptionalLong pid() {
        return pid == 0 ? OptionalLong.empty() : OptionalLong.of(pid);
    }
}
