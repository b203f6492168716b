package dev.millrace.queue;

import dev.millrace.storage.Disk;
import dev.millrace.storage.FileFacts;
import dev.millrace.task.ClaimName;
import dev.millrace.task.TaskName;
import dev.millrace.task.TaskOrder;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Function;

/** The last steps of a task: the fence, the bytes, the terminal folder. Each may be repeated by anyone without harm. */
final class Publisher {
    /** No outcome is longer. */
    private static final int MOST_BLANKS = 64 << 20;

    private final QueueLayout layout;
    private final Disk disk;
    private final AttemptRecords attempts;

    Publisher(QueueLayout layout, Disk disk) {
        this.layout = layout;
        this.disk = disk;
        this.attempts = new AttemptRecords(disk, layout.attempts());
    }

    /** Renames a claim to its settled name; false when the claim was lost. */
    boolean fence(ClaimName claim) throws IOException {
        return move(running(claim), running(claim.settled()));
    }

    /**
     * Writes a settled file's outcome and moves it to its terminal folder, for a file into which somebody may have written
     * before; nothing when somebody else did.
     */
    Path restore(ClaimName claim, LogRecord record) throws IOException {
        return publish(claim, record, covering(running(claim.settled()), record));
    }

    /** The outcome, and blanks over whatever a longer one that does not count has left behind it. */
    byte[] covering(Path file, LogRecord record) throws IOException {
        byte[] bytes = record.bytes();
        long size = disk.facts(file).map(FileFacts::size).orElse(0L);
        long blanks = Math.min(size - record.position() - bytes.length, MOST_BLANKS);
        if (blanks <= 0) return bytes;
        byte[] covering = Arrays.copyOf(bytes, bytes.length + (int) blanks);
        Arrays.fill(covering, bytes.length, covering.length, (byte) ' ');
        return covering;
    }

    /** As {@link #restore}, by the owner, who has the file open and knows that nobody has written into it. */
    Path publish(FileClaim claim, LogRecord record, byte[] bytes) throws IOException {
        try {
            claim.file().writeAt(record.position(), bytes);
        } catch (ClosedChannelException interrupted) {
            return publish(claim.name(), record, bytes);
        }
        Path target = target(record);
        move(running(claim.name().settled()), target);
        if (record.returns() > 0) attempts.remove(record.stem());
        return target;
    }

    /**
     * Where the outcome goes. The name was free when the outcome was logged; a foreign one may have been taken since by
     * another task of that name.
     */
    private Path target(LogRecord record) throws IOException {
        Path usual = layout.folder(record.state()).resolve(record.terminalName());
        boolean isFree = TaskOrder.isOurs(record.stem()) || !disk.exists(usual);
        return isFree ? usual : usual.resolveSibling(record.otherTerminalName());
    }

    private Path publish(ClaimName claim, LogRecord record, byte[] bytes) throws IOException {
        Path settled = running(claim.settled());
        Path target = target(record);
        try {
            disk.writeAt(settled, record.position(), bytes);
            move(settled, target);
        } catch (NoSuchFileException published) {
            // its attempts may still lie there
        }
        if (record.returns() > 0) attempts.remove(record.stem());
        return target;
    }

    /**
     * Renames; false when there was nothing to rename. A network file system may carry a rename out and report that the
     * source is missing, because it tried twice, or that it failed: so neither is believed before the target, which nobody
     * else can have made, was looked for.
     */
    boolean move(Path from, Path to) throws IOException {
        try {
            disk.rename(from, to);
            return true;
        } catch (NoSuchFileException missing) {
            return disk.exists(to);
        } catch (IOException failed) {
            if (wasMoved(from, to)) return true;
            throw failed;
        }
    }

    private boolean wasMoved(Path from, Path to) {
        try {
            return disk.exists(to) && !disk.exists(from);
        } catch (IOException unknown) {
            return false;
        }
    }

    /**
     * The name under which a task may wait in a folder. Foreign producers use names again, and a rename replaces what is
     * there; so theirs are looked up first, and counted on until one is free.
     */
    TaskName free(TaskState state, TaskName name) throws IOException {
        return free(state, name, TaskName::fileName);
    }

    /** As above, where the name is spelled in another way. */
    private TaskName free(TaskState state, TaskName name, Function<TaskName, String> spelling) throws IOException {
        if (TaskOrder.isOurs(name.stem())) return name;
        TaskName free = name;
        while (disk.exists(layout.folder(state).resolve(spelling.apply(free)))) free = free.sameAttempt();
        return free;
    }

    /** Where a task of this name waits until it is due; counted on as {@link #free} does. */
    Path scheduled(TaskName name, long dueMillis) throws IOException {
        TaskName free = free(TaskState.SCHEDULED, name, one -> one.scheduledFileName(dueMillis));
        return layout.folder(TaskState.SCHEDULED).resolve(free.scheduledFileName(dueMillis));
    }

    Path running(ClaimName name) {
        return layout.folder(TaskState.RUNNING).resolve(name.fileName());
    }
}
