package dev.millrace.queue;

import dev.millrace.json.Json;
import dev.millrace.json.MalformedJsonException;
import dev.millrace.storage.Disk;
import dev.millrace.storage.Disk.DiskLock;
import dev.millrace.storage.Durability;
import dev.millrace.storage.FileFacts;
import dev.millrace.time.Time;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * {@code control/pauses.json}. Workers look at it before they claim, ten times a second at most; it is read when it has
 * changed. A file that cannot be read or is damaged leaves the last known pauses in force: nobody begins what an operator
 * held back because a disk failed.
 */
final class PauseFile {
    private static final int LIMIT_BYTES = 1 << 20;
    private static final long LOOK_NANOS = 100_000_000L;
    /** So long after a change every worker of this host has seen it, but for one that was just about to claim. */
    static final Duration KNOWN_AFTER = Duration.ofMillis(150);

    private static final int READ_EVERY = 10;

    private final Disk disk;
    private final Time time;
    private final Path file;
    private Pauses known = Pauses.NONE;
    private Optional<FileFacts> seen = Optional.empty();
    private long lookedAt;
    private int looks;

    PauseFile(Disk disk, Time time, Path file) {
        this.disk = disk;
        this.time = time;
        this.file = file;
    }

    /** What is paused, as of a moment ago. */
    synchronized Pauses known() {
        long now = time.nanos();
        if (looks > 0 && now - lookedAt < LOOK_NANOS) return known;
        lookedAt = now;
        try {
            Optional<FileFacts> facts = disk.facts(file);
            if (looks++ % READ_EVERY == 0 || !facts.equals(seen)) known = read();
            seen = facts;
        } catch (IOException unreadable) {
            // what is known stands
        }
        return known;
    }

    /**
     * What is paused now.
     *
     * @throws IOException when the file cannot be read or is damaged; the message names it
     */
    Pauses read() throws IOException {
        try {
            return Pauses.of(Json.parseObject(disk.read(file, LIMIT_BYTES)));
        } catch (NoSuchFileException none) {
            return Pauses.NONE;
        } catch (MalformedJsonException e) {
            throw new IOException(file + " " + e.reason() + "; mend it, or remove it to resume everything", e);
        }
    }

    /** Changes what is paused; two who change at once do so one after the other. */
    void change(UnaryOperator<Pauses> change) throws IOException, InterruptedException {
        Path lock = file.resolveSibling(file.getFileName() + ".lock");
        try (DiskLock mine = LockWait.OF_PEOPLE.on(disk, time, lock)) {
            Pauses changed = change.apply(read());
            if (changed.isEmpty()) disk.delete(file);
            else disk.replace(file, Json.indented(changed.toJson()), Durability.FSYNC);
        }
    }
}
