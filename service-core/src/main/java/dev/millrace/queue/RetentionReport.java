package dev.millrace.queue;

/** How many files retention removed. */
public record RetentionReport(long done, long failed, long heartbeats) {
    /** Nothing was removed. */
    public static RetentionReport none() {
        return new RetentionReport(0, 0, 0);
    }

    public RetentionReport plus(RetentionReport other) {
        return new RetentionReport(done + other.done, failed + other.failed, heartbeats + other.heartbeats);
    }

    public long total() {
        return done + failed + heartbeats;
    }
}
