package dev.millrace.liveness;

/** What an observer makes of a worker. */
public enum Standing {
    /** It beats, or did so within the timeout. */
    ALIVE,
    /** It has not beaten for longer than the timeout, by the observer's own clock. */
    SILENT,
    /** Its process is known to have ended. */
    GONE,
    /** It said itself that it has ended. */
    ENDED;

    /** True when the incarnation is not expected to settle anything any more. */
    public boolean isDead() {
        return this != ALIVE;
    }
}
