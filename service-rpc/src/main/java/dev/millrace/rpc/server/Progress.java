package dev.millrace.rpc.server;

/**
 * Whether one direction of a connection gets on. Something must move within each stall; and whoever keeps memory that others
 * need must move at least {@value #LEAST_A_SECOND} bytes a second, counted over a stall, so that nobody keeps it by taking
 * a little now and then. For the thread of the loop alone.
 */
final class Progress {
    static final int LEAST_A_SECOND = 64 << 10;

    private long movedNanos;
    private long windowNanos;
    private long windowBytes;

    Progress(long now) {
        begin(now);
    }

    /** It is waited for from now on. */
    void begin(long now) {
        movedNanos = now;
        beginWindow(now);
    }

    private void beginWindow(long now) {
        windowNanos = now;
        windowBytes = 0;
    }

    void moved(long bytes, long now) {
        movedNanos = now;
        windowBytes += bytes;
    }

    /** Asked from time to time. {@code keeps}: others could use the memory that this one takes. */
    boolean isStalled(long now, long stallNanos, boolean keeps) {
        if (now - movedNanos > stallNanos) return true;
        if (!keeps) beginWindow(now);
        if (now - windowNanos <= stallNanos) return false;
        boolean tooSlow = windowBytes < LEAST_A_SECOND * (stallNanos / 1e9);
        beginWindow(now);
        return tooSlow;
    }
}
