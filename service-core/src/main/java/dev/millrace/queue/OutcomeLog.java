package dev.millrace.queue;

import dev.millrace.storage.Disk;
import dev.millrace.storage.Disk.AppendFile;
import dev.millrace.storage.Durability;
import dev.millrace.time.Time;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The outcomes that one incarnation decided, durable before anybody acts on them.
 *
 * <p><b>Group commit.</b> Any number of slots share one force; {@link Settling} gathers them.
 *
 * <p><b>Wrongly believed dead.</b> A steward that takes this incarnation for dead moves its files aside before it reads
 * them for the last time (see {@link DeadLogs}). So after each force the file is looked up under its name: while it is
 * there, the steward will still read what was forced. When it is gone, the round is written once more into a new file.
 *
 * <p><b>Segments.</b> A log is a row of files. A full segment is closed, and when each of its outcomes has been
 * published, one sync of the file system makes the segment superfluous. A write that failed may have left half a line, or
 * bytes that were never forced; nothing is appended behind it, the next round begins a new segment.
 *
 * <p><b>Foreign names.</b> A record keeps a task that has the name, and the very bytes, of an earlier one from being told apart
 * from it. So the segment that is written to is dropped, too, when it has records of foreign names and nothing was logged for
 * a minute.
 */
final class OutcomeLog implements AutoCloseable {
    static final String SUFFIX = ".log";
    private static final long SEGMENT_BYTES = 4 << 20;

    private static final int FILES_TAKEN_AWAY = 3;
    private static final long QUIET_NANOS = 60_000_000_000L;

    private final Disk disk;
    private final Time time;
    private final Path folder;
    private final String incarnation;
    private final Durability durability;
    private final List<Segment> segments = new ArrayList<>();
    private @Nullable Segment current;
    private int nextSegment;
    private boolean appending;
    private long appendedAt;

    OutcomeLog(Disk disk, Time time, Path folder, String incarnation, Durability durability) {
        this.disk = disk;
        this.time = time;
        this.folder = folder;
        this.incarnation = incarnation;
        this.durability = durability;
    }

    /** A file of the log; {@code open} counts records that are not published yet. */
    static final class Segment {
        private final Path file;
        private final AppendFile out;
        private int open;
        private boolean hasForeign;

        private Segment(Path file, AppendFile out) {
            this.file = file;
            this.out = out;
        }
    }

    /**
     * Makes the lines of records durable; returns where they lie. Called by one thread at a time.
     *
     * @param hasForeign true when one of them is of a name that may be used again
     */
    Segment append(List<byte[]> round, boolean hasForeign) throws IOException {
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        for (byte[] line : round) lines.writeBytes(line);
        setAppending(true);
        try {
            Segment segment = append(lines.toByteArray());
            open(segment, round.size(), hasForeign);
            return segment;
        } catch (IOException e) {
            throw new IOException("cannot log an outcome in " + folder, e);
        } finally {
            setAppending(false);
        }
    }

    private synchronized void setAppending(boolean now) {
        appending = now;
        appendedAt = time.nanos();
    }

    private synchronized void open(Segment segment, int records, boolean hasForeign) {
        segment.open += records;
        segment.hasForeign |= hasForeign;
    }

    private Segment append(byte[] lines) throws IOException {
        boolean written = false;
        try {
            for (int i = 0; i < FILES_TAKEN_AWAY; i++) {
                Segment segment = segmentWithRoom();
                segment.out.append(lines);
                if (durability == Durability.FSYNC) segment.out.force();
                written = disk.exists(segment.file);
                if (written) return segment;
                abandonCurrent();
            }
        } finally {
            if (!written) abandonCurrent();
        }
        throw new IOException("the outcome log was taken away " + FILES_TAKEN_AWAY + " times in a row");
    }

    private synchronized void abandonCurrent() {
        current = null;
    }

    private Segment segmentWithRoom() throws IOException {
        Segment segment = current;
        if (segment != null && segment.out.size() < SEGMENT_BYTES) return segment;
        Segment fresh = begun();
        if (durability == Durability.FSYNC) disk.forceFolder(folder);
        synchronized (this) {
            current = fresh;
        }
        return fresh;
    }

    /** No name is used twice, also when the disk refuses: a steward may have moved the first file of that name aside. */
    private Segment begun() throws IOException {
        Path file = folder.resolve(String.format("%s.%04d%s", incarnation, nextSegment++, SUFFIX));
        Segment fresh = new Segment(file, disk.append(file));
        synchronized (this) {
            segments.add(fresh);
        }
        return fresh;
    }

    /** A record's outcome is written out, or void: it does not keep its segment any longer. */
    synchronized void published(Segment segment) {
        segment.open--;
    }

    /**
     * Drops the segments whose outcomes are all published, after one sync for all of them. The one that is written to is
     * among them when it is quiet and has records of foreign names.
     *
     * @param all also when it is not; nobody may append meanwhile
     * @return the number dropped
     */
    int dropFinished(boolean all) throws IOException {
        List<Segment> finished = finished(all);
        if (finished.isEmpty()) return 0;
        if (durability == Durability.FSYNC) disk.forceFileSystem(folder);
        for (Segment segment : finished) drop(segment);
        return finished.size();
    }

    /** Forgotten when it is gone; what the disk refuses now is tried again. */
    private void drop(Segment segment) throws IOException {
        segment.out.close();
        disk.delete(segment.file);
        synchronized (this) {
            segments.remove(segment);
        }
    }

    private synchronized List<Segment> finished(boolean all) {
        List<Segment> finished = new ArrayList<>();
        for (Segment segment : segments) {
            if (segment.open > 0 || (segment == current && !all && !isQuiet(segment))) continue;
            if (segment == current) current = null;
            finished.add(segment);
        }
        return finished;
    }

    private boolean isQuiet(Segment segment) {
        return segment.hasForeign && !appending && time.nanos() - appendedAt >= QUIET_NANOS;
    }

    @Override
    public synchronized void close() throws IOException {
        for (Segment segment : segments) segment.out.close();
        segments.clear();
        current = null;
    }
}
