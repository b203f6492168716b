package dev.millrace.queue;

import dev.millrace.storage.Disk;
import dev.millrace.storage.Disk.AppendFile;
import dev.millrace.storage.Durability;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The outcomes that one incarnation decided, durable before anybody acts on them.
 *
 * <p><b>Group commit.</b> Whoever comes first becomes the leader: it takes everything that waits, writes and forces it in
 * one go, and tells the others. Those who come meanwhile wait for the next round. So any number of slots share a force,
 * and a lone one waits for nobody.
 *
 * <p><b>Wrongly believed dead.</b> A steward that takes this incarnation for dead moves its files aside before it reads
 * them for the last time (see {@link DeadLogs}). So after each force the file is looked up under its name: while it is
 * there, the steward will still read what was forced. When it is gone, the round is written once more into a new file.
 *
 * <p><b>Segments.</b> A log is a row of files. A full segment is closed, and when each of its outcomes has been
 * published, one sync of the file system makes the segment superfluous. A write that failed may have left half a line, or
 * bytes that were never forced; nothing is appended behind it, the next round begins a new segment.
 */
final class OutcomeLog implements AutoCloseable {
    static final String SUFFIX = ".log";
    private static final long SEGMENT_BYTES = 4 << 20;
    /** Whoever replays a file reads it whole. */
    private static final long ROUND_BYTES = 32 << 20;

    private static final int FILES_TAKEN_AWAY = 3;

    private final Disk disk;
    private final Path folder;
    private final String incarnation;
    private final Durability durability;
    private final List<Segment> segments = new ArrayList<>();
    private List<Waiting> waiting = new ArrayList<>();
    private @Nullable Segment current;
    private boolean leading;
    private int nextSegment;

    OutcomeLog(Disk disk, Path folder, String incarnation, Durability durability) {
        this.disk = disk;
        this.folder = folder;
        this.incarnation = incarnation;
        this.durability = durability;
    }

    /** A file of the log; {@code open} counts records that are not published yet. */
    static final class Segment {
        private final Path file;
        private final AppendFile out;
        private int open;

        private Segment(Path file, AppendFile out) {
            this.file = file;
            this.out = out;
        }
    }

    private static final class Waiting {
        private final byte[] line;
        private @Nullable Segment segment;
        private @Nullable IOException failure;

        private Waiting(byte[] line) {
            this.line = line;
        }

        private boolean isOver() {
            return segment != null || failure != null;
        }
    }

    /** Makes a record durable; returns where it lies. Blocks until the round that carries it is over. */
    Segment append(LogRecord record) throws IOException {
        Waiting mine = new Waiting(record.toLine());
        enqueue(mine);
        while (!isOver(mine)) {
            List<Waiting> round = takeRoundOrWait(mine);
            if (!round.isEmpty()) carry(round);
        }
        if (mine.failure != null) throw new IOException("cannot log an outcome in " + folder, mine.failure);
        if (mine.segment == null) throw new IllegalStateException("a round ended without an answer");
        return mine.segment;
    }

    private synchronized void enqueue(Waiting mine) {
        waiting.add(mine);
    }

    private synchronized boolean isOver(Waiting mine) {
        return mine.isOver();
    }

    /** Everything that waits, when nobody leads; otherwise nothing, after the leader's round. */
    private synchronized List<Waiting> takeRoundOrWait(Waiting mine) {
        boolean interrupted = false;
        while (leading && !mine.isOver()) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true; // the round is short and bounded by the disk; a handler's interrupt waits for it
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
        if (mine.isOver()) return List.of();
        leading = true;
        return takeRound();
    }

    /** The first of those who wait, as many as a file should take; whoever is left over leads or joins the next round. */
    private List<Waiting> takeRound() {
        int taken = 0;
        for (long bytes = 0; taken < waiting.size(); taken++) {
            bytes += waiting.get(taken).line.length;
            if (taken > 0 && bytes > ROUND_BYTES) break;
        }
        List<Waiting> round = List.copyOf(waiting.subList(0, taken));
        waiting = new ArrayList<>(waiting.subList(taken, waiting.size()));
        return round;
    }

    private void carry(List<Waiting> round) {
        Segment segment = null;
        IOException failure = null;
        // An interrupt of the leader would close the file under everybody's feet; it is kept for afterwards.
        boolean interrupted = Thread.interrupted();
        try {
            segment = write(round);
        } catch (IOException e) {
            failure = e;
        } finally {
            if (interrupted) Thread.currentThread().interrupt();
            finish(round, segment, failure);
        }
    }

    private Segment write(List<Waiting> round) throws IOException {
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        for (Waiting one : round) lines.writeBytes(one.line);
        for (int i = 0; i < FILES_TAKEN_AWAY; i++) {
            Segment segment = segmentWithRoom();
            segment.out.append(lines.toByteArray());
            if (durability == Durability.FSYNC) segment.out.force();
            if (disk.exists(segment.file)) return segment;
            abandonCurrent();
        }
        throw new IOException("the outcome log was taken away " + FILES_TAKEN_AWAY + " times in a row");
    }

    private synchronized void abandonCurrent() {
        current = null;
    }

    /** Only the leader comes here. */
    private Segment segmentWithRoom() throws IOException {
        Segment segment = current;
        if (segment != null && segment.out.size() < SEGMENT_BYTES) return segment;
        Path file = folder.resolve(String.format("%s.%04d%s", incarnation, nextSegment, SUFFIX));
        Segment fresh = new Segment(file, disk.append(file));
        if (durability == Durability.FSYNC) disk.forceFolder(folder);
        synchronized (this) {
            nextSegment++;
            current = fresh;
            segments.add(fresh);
        }
        return fresh;
    }

    private synchronized void finish(List<Waiting> round, @Nullable Segment segment, @Nullable IOException failure) {
        for (Waiting one : round) {
            one.segment = segment;
            one.failure = segment == null && failure == null ? new IOException("interrupted by an error") : failure;
        }
        if (segment != null) segment.open += round.size();
        else current = null;
        leading = false;
        notifyAll();
    }

    /** A record's outcome is written out, or void: it does not keep its segment any longer. */
    synchronized void published(Segment segment) {
        segment.open--;
    }

    /**
     * Drops the segments whose outcomes are all published, after one sync for all of them.
     *
     * @param all also the one that is written to; nobody may append meanwhile
     * @return the number dropped
     */
    int dropFinished(boolean all) throws IOException {
        List<Segment> finished = finished(all);
        if (finished.isEmpty()) return 0;
        if (durability == Durability.FSYNC) disk.forceFileSystem(folder);
        for (Segment segment : finished) {
            segment.out.close();
            disk.delete(segment.file);
        }
        return finished.size();
    }

    private synchronized List<Segment> finished(boolean all) {
        List<Segment> finished = new ArrayList<>();
        for (Iterator<Segment> each = segments.iterator(); each.hasNext(); ) {
            Segment segment = each.next();
            if (segment.open > 0 || (segment == current && !all)) continue;
            if (segment == current) current = null;
            finished.add(segment);
            each.remove();
        }
        return finished;
    }

    @Override
    public synchronized void close() throws IOException {
        for (Segment segment : segments) segment.out.close();
        segments.clear();
        current = null;
    }
}
