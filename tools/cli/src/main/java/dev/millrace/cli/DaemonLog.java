package dev.millrace.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.event.Event;
import dev.millrace.event.EventSink;
import dev.millrace.json.Json;
import dev.millrace.storage.Disk;
import dev.millrace.time.Time;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a daemon says: one line of JSON each, on standard error, which is its log when it runs in the background. What is
 * said again and again is said once a minute, with how often; and a log that has grown large is begun anew, its end kept
 * beside it.
 */
final class DaemonLog implements EventSink, AutoCloseable {
    private static final long MINUTE_NANOS = 60_000_000_000L;
    private static final int MOST_REMEMBERED = 200;

    private final LogWriter writer;
    private final Time time;
    private final Map<String, Said> said = new LinkedHashMap<>();

    /** When something was last said, and how often it came since without being said. */
    private record Said(long atNanos, int keptBack) {}

    DaemonLog(PrintStream out, Disk disk, Path file, Time time) {
        this.time = time;
        this.writer = new LogWriter(out, disk, file, this::missing);
    }

    /** Says it, whatever was said before. */
    synchronized void say(Event event) {
        write(event, 0);
    }

    /** What the services tell while they are looked after, which may be the same ten times a second. */
    @Override
    public synchronized void accept(Event event) {
        String text = event.describe();
        Said last = said.get(text);
        long now = time.nanos();
        if (last != null && now - last.atNanos() < MINUTE_NANOS) {
            said.put(text, new Said(last.atNanos(), last.keptBack() + 1));
            return;
        }
        remember(text, now);
        write(event, last == null ? 0 : last.keptBack());
    }

    /** The oldest is forgotten when there are too many. */
    private void remember(String text, long now) {
        said.remove(text);
        said.put(text, new Said(now, 0));
        if (said.size() > MOST_REMEMBERED) said.remove(said.keySet().iterator().next());
    }

    private void write(Event event, int keptBack) {
        writer.write(line(event instanceof Event.Trouble ? "warn" : "info", event.describe(), keptBack));
    }

    private ObjectNode line(String level, String event, int keptBack) {
        ObjectNode line = Json.object();
        line.put("at", time.instant().toString()).put("level", level).put("event", event);
        if (keptBack > 0) line.put("more_since_last", keptBack);
        return line;
    }

    private ObjectNode missing(int lines) {
        return line("warn", lines + " lines were dropped", 0);
    }

    /** Waits until what was said is written, as long as that may take; nothing is said after it. */
    @Override
    public void close() {
        writer.close();
    }
}
