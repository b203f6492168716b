package dev.millrace.rpc.socket;

import java.nio.file.FileSystemException;
import java.nio.file.Path;

/** A path where no socket can be made safely. Nothing was touched. The message says why, and the way out. */
public final class SocketRefusedException extends FileSystemException {
    private static final long serialVersionUID = 1L;

    public SocketRefusedException(Path path, String reason) {
        super(path.toString(), null, reason);
    }
}
