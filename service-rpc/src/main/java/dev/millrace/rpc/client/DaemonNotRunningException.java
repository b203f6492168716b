package dev.millrace.rpc.client;

/** Nobody answers at the socket, or the daemon went away before it answered. */
public final class DaemonNotRunningException extends DaemonException {
    private static final long serialVersionUID = 1L;
    private final boolean mayBeCarriedOut;

    DaemonNotRunningException(String message) {
        super(message);
        mayBeCarriedOut = false;
    }

    DaemonNotRunningException(String message, Throwable cause) {
        this(message, cause, false);
    }

    DaemonNotRunningException(String message, Throwable cause, boolean mayBeCarriedOut) {
        super(message, cause);
        this.mayBeCarriedOut = mayBeCarriedOut;
    }

    /**
     * True when the whole request had left before the daemon went away: nobody knows whether it was carried out. False
     * means that it was not, and whoever asks somebody else does nothing twice.
     */
    public boolean mayBeCarriedOut() {
        return mayBeCarriedOut;
    }
}
