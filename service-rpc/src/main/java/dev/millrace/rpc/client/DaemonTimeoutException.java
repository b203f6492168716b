package dev.millrace.rpc.client;

/**
 * The deadline passed. Nothing was tried twice. When it was {@link Phase#READ}, the daemon has the request, and may still
 * carry it out.
 */
public final class DaemonTimeoutException extends DaemonException {
    private static final long serialVersionUID = 1L;
    private final Phase phase;

    /** What was waited for. */
    public enum Phase {
        /** A connection of the pool. */
        ACQUIRE,
        /** That the daemon accepts a connection. */
        CONNECT,
        /** That it reads the request. */
        WRITE,
        /** Its answer. */
        READ
    }

    DaemonTimeoutException(Phase phase, String message) {
        super(message);
        this.phase = phase;
    }

    public Phase phase() {
        return phase;
    }
}
