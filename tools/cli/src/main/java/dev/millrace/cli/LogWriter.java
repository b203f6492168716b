package dev.millrace.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.storage.Disk;
import dev.millrace.storage.Durability;
import dev.millrace.storage.FileFacts;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;

/**
 * Writes lines in their order in a thread of its own, so that nobody who says something waits for a disk that hangs or for
 * whoever reads a pipe too slowly. When too many wait, further ones are dropped, and how many they were stands in their
 * place.
 */
final class LogWriter implements AutoCloseable {
    static final int MOST_WAITING = 1_000;

    private static final int LARGE_BYTES = 16 << 20;
    private static final Duration LAST_WORDS = Duration.ofSeconds(2);

    private final PrintStream out;
    private final Disk disk;
    private final Path file;
    private final IntFunction<ObjectNode> missing;
    private final BlockingQueue<Line> waiting = new LinkedBlockingQueue<>(MOST_WAITING);
    private final Thread thread;
    private int dropped;
    private boolean closed;

    /** A line, or the end; so many were to come before it and were dropped. */
    private record Line(Optional<ObjectNode> json, int dropped) {}

    /** @param missing the line that says how many were dropped */
    LogWriter(PrintStream out, Disk disk, Path file, IntFunction<ObjectNode> missing) {
        this.out = out;
        this.disk = disk;
        this.file = file;
        this.missing = missing;
        this.thread = new Thread(this::run, "millrace-log");
        thread.setDaemon(true);
        thread.start();
    }

    synchronized void write(ObjectNode json) {
        if (closed) return;
        if (waiting.offer(new Line(Optional.of(json), dropped))) dropped = 0;
        else dropped++;
    }

    private void run() {
        try {
            for (Line line = waiting.take(); ; line = waiting.take()) {
                if (line.dropped() > 0) put(missing.apply(line.dropped()));
                if (line.json().isEmpty()) return;
                put(line.json().get());
            }
        } catch (InterruptedException nobodyDoesThat) {
            Thread.currentThread().interrupt();
        }
    }

    private void put(ObjectNode json) {
        beginAnewWhenLarge();
        byte[] text = Json.bytes(json);
        out.write(text, 0, text.length);
        out.println();
        out.flush();
    }

    /** Emptied and not moved: the process goes on writing to the file that it was started with. */
    private void beginAnewWhenLarge() {
        try {
            if (disk.facts(file).map(FileFacts::size).orElse(0L) <= LARGE_BYTES) return;
            byte[] end = disk.readEnd(file, LARGE_BYTES);
            disk.replace(file.resolveSibling(file.getFileName() + ".1"), end, Durability.OS);
            disk.truncate(file);
        } catch (IOException | RuntimeException | OutOfMemoryError tooBadForTheLog) {
            // what is said is said all the same
        }
    }

    /** Waits until all is written, but not for ever. */
    @Override
    public void close() {
        try {
            if (waiting.offer(end(), LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS)) thread.join(LAST_WORDS.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized Line end() {
        closed = true;
        return new Line(Optional.empty(), dropped);
    }
}
