package dev.millrace.liveness;

import dev.millrace.storage.Disk;
import dev.millrace.time.Time;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * Watches the heartbeats of a queue and judges who is alive.
 *
 * <p>A worker is silent when its sequence has not moved for the timeout on the observer's own monotonic clock. Neither a
 * difference between the clocks of two hosts nor a clock that is set changes that. A process of this host that has ended
 * is noticed at once, whatever its last heartbeat said.
 */
public interface LivenessWatch {

    /** A watch over the heartbeats in a folder. */
    static LivenessWatch over(Disk disk, Path heartbeats, Processes processes, Time time, Duration timeout) {
        return new HeartbeatWatch(disk, heartbeats, processes, time, timeout);
    }

    /** Reads all heartbeats and judges each worker, by name. */
    Map<String, Judgement> look() throws IOException;

    /**
     * The judgement of somebody who has not watched before and cannot tell for how long a sequence has stood still. The
     * heartbeat's own time serves where it is plausible. Where it is not (too old, or in the future), the worker gets the
     * chance to beat again while this waits, at most the given time.
     */
    Map<String, Judgement> lookOnce(Duration patience) throws IOException, InterruptedException;

    /**
     * Whether an incarnation is dead, by the last look. One that no heartbeat names any more counts as dead when it has
     * been asked about for longer than the timeout.
     */
    boolean isDead(String incarnation);
}
