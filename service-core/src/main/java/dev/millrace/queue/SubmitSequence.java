package dev.millrace.queue;

import dev.millrace.storage.Disk;
import dev.millrace.storage.Durability;
import dev.millrace.task.TaskOrder;
import dev.millrace.time.Time;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Numbers tasks in the order of their submission, in microseconds of the wall clock.
 *
 * <p>A clock alone would not do: after it was set back, new tasks would overtake old ones. So a number never falls
 * within a submitter, and a mark on disk, written with the first number and at most once a second, carries it on to the
 * next one. A mark that lies more than a day ahead is taken for an accident and ignored.
 */
final class SubmitSequence {
    private static final long MARK_EVERY_NANOS = 1_000_000_000;
    private static final long MOST_AHEAD_MICROS = 86_400_000_000L;
    private static final int MARK_LIMIT = 64;

    private final Disk disk;
    private final Time time;
    private final Path markFile;
    private long last = -1;
    private boolean marked;
    private long markedAt;

    SubmitSequence(Disk disk, Time time, Path markFile) {
        this.disk = disk;
        this.time = time;
        this.markFile = markFile;
    }

    synchronized long next() {
        long now = TaskOrder.micros(time.instant());
        if (last < 0) last = readMark(now);
        last = Math.max(last + 1, now);
        if (!marked || time.nanos() - markedAt >= MARK_EVERY_NANOS) writeMark();
        return last;
    }

    private long readMark(long now) {
        try {
            String text = new String(disk.read(markFile, MARK_LIMIT), StandardCharsets.US_ASCII).strip();
            long mark = Long.parseLong(text);
            return mark < 0 || mark - now > MOST_AHEAD_MICROS ? 0 : mark;
        } catch (IOException | NumberFormatException noUsableMark) {
            return 0;
        }
    }

    /** Losing a mark costs the order of a second's tasks after the clock was set back, nothing else. */
    private void writeMark() {
        marked = true;
        markedAt = time.nanos();
        try {
            disk.replace(markFile, Long.toString(last).getBytes(StandardCharsets.US_ASCII), Durability.OS);
        } catch (IOException e) {
            markedAt -= MARK_EVERY_NANOS / 2;
        }
    }
}
