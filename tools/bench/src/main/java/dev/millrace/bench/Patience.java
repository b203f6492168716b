package dev.millrace.bench;

import dev.millrace.time.Time;
import java.io.IOException;
import java.time.Duration;

/** Waits for something as long as tasks go on. */
record Patience(Time time, Board board) {
    private static final Duration LOOK = Duration.ofMillis(2);
    private static final Duration LIMIT = Duration.ofMinutes(2);

    /** Something that comes true in time. */
    interface Condition {
        boolean holds() throws Exception;
    }

    /**
     * Returns when it has come true.
     *
     * @throws IOException when no task has begun for two minutes
     */
    void await(String what, Condition condition) throws IOException, InterruptedException {
        long count = board.count();
        long moved = time.nanos();
        while (!holds(condition)) {
            if (board.count() != count) moved = time.nanos();
            count = board.count();
            if (time.nanos() - moved > LIMIT.toNanos())
                throw new IOException("waited in vain for " + what + "; " + count + " tasks ran");
            time.sleep(LOOK);
        }
    }

    private static boolean holds(Condition condition) throws IOException, InterruptedException {
        try {
            return condition.holds();
        } catch (IOException | InterruptedException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        }
    }
}
