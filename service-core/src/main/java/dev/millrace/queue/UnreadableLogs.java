package dev.millrace.queue;

import dev.millrace.event.Event;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Outcome logs that cannot be read. That may pass, and who went on without a log at once could replace an outcome that stands
 * in it. But when it lasts, one bad file must not stop the house: after a minute all others go on without it.
 */
final class UnreadableLogs {
    private static final long WAIT_NANOS = 60_000_000_000L;

    private final QueuePorts ports;
    private final Map<String, Long> since = new HashMap<>();

    UnreadableLogs(QueuePorts ports) {
        this.ports = ports;
    }

    /** Tells of it once; true when others go on without it. */
    synchronized boolean isGivenUp(Path log, IOException why) {
        long now = ports.time().nanos();
        Long first = since.putIfAbsent(nameOf(log), now);
        if (first != null) return now - first >= WAIT_NANOS;
        String what = "cannot read " + log + "; what its worker left in running/ is not touched while that lasts."
                + " If it lasts, move the file out of the queue: those tasks then run again";
        ports.events().accept(new Event.Trouble(what, why));
        return false;
    }

    /** What is no file is nobody's log. */
    synchronized void isNoFile(Path log) {
        if (since.putIfAbsent(nameOf(log), 0L) != null) return;
        String what = log + " is no file, and not read as an outcome log; remove it";
        ports.events().accept(new Event.Trouble(what, new IOException("not a regular file")));
    }

    synchronized void wasRead(Path log) {
        since.remove(nameOf(log));
    }

    /** It stays the same log when it is moved aside. */
    private static String nameOf(Path log) {
        String name = String.valueOf(log.getFileName());
        return name.endsWith(DeadLogs.ASIDE) ? name.substring(0, name.length() - DeadLogs.ASIDE.length()) : name;
    }
}
