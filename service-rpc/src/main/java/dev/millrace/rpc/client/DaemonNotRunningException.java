package dev.millrace.rpc.client;

/** Nobody answers at the socket, or the daemon went away before it answered. */
public final class DaemonNotRunningException extends DaemonException {
    private static final long serialVersionUID = 1L;

    DaemonNotRunningException(String message) {
        super(message);
    }

    DaemonNotRunningException(String message, Throwable cause) {
        super(message, cause);
    }
}
