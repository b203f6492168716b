package dev.millrace.rpc.socket;

import java.nio.file.FileSystemException;
import java.nio.file.Path;

/** Another server holds the socket. It was not disturbed. */
public final class SocketInUseException extends FileSystemException {
    private static final long serialVersionUID = 1L;

    public SocketInUseException(Path path, String reason) {
        super(path.toString(), null, reason);
    }
}
