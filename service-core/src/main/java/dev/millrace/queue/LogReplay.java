package dev.millrace.queue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.json.MalformedJsonException;
import dev.millrace.storage.Disk;
import dev.millrace.storage.Durability;
import dev.millrace.storage.FileTooLargeException;
import dev.millrace.task.ClaimName;
import dev.millrace.task.TaskName;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Makes good what a dead incarnation decided: for each valid record the task is finished from it, unless it was taken up
 * again later.
 *
 * <p>After a killed process there is usually nothing to do: the operating system has carried out every rename and write.
 * After a power cut a rename may be undone (the task is pending or running again) or a written outcome torn (the file in
 * done/ ends in the middle). Both are finished from the record. A file whose own return count is higher than the
 * record's was rescued before the record was written: that outcome was fenced, and stays dropped.
 */
final class LogReplay {
    /** A document at its limit, its result at its limit, and room for what surrounds them. */
    private static final int LARGEST_DOCUMENT = 16 << 20;

    /** In the order in which a task passes through them, so that one that moves on meanwhile is not missed. */
    private static final TaskState[] WAITING = {
        TaskState.BLOCKED, TaskState.SCHEDULED, TaskState.PENDING, TaskState.RUNNING
    };

    private static final TaskState[] TERMINAL = {TaskState.DONE, TaskState.FAILED, TaskState.CANCELLED};

    private final QueueLayout layout;
    private final Disk disk;
    private final Publisher publisher;
    private final Durability durability;
    private @Nullable Map<String, Whereabouts> waiting;

    LogReplay(QueueLayout layout, Disk disk, Durability durability) {
        this.layout = layout;
        this.disk = disk;
        this.durability = durability;
        this.publisher = new Publisher(layout, disk);
    }

    /** Where an unfinished task's file lies. */
    record Whereabouts(Path file, TaskName name) {}

    /** Resolves every record, makes that durable, and drops the logs; the number of tasks that had to be mended. */
    int replay(DeadLogs logs) throws IOException {
        if (logs.isEmpty()) return 0;
        int mended = 0;
        waiting = null;
        for (DeadLogs.Valid valid : logs.all()) if (resolve(valid, logs)) mended++;
        if (durability == Durability.FSYNC) disk.forceFileSystem(layout.root());
        logs.drop();
        return mended;
    }

    private boolean resolve(DeadLogs.Valid valid, DeadLogs logs) throws IOException {
        LogRecord record = valid.record();
        Optional<Path> terminal = terminal(layout, disk, record);
        if (terminal.isPresent()) return mendTerminal(terminal.get(), record);
        Whereabouts found = waiting(logs).get(record.stem());
        if (found == null || found.name().returns() > record.returns()) return false;
        return finish(found, valid);
    }

    /** The file that a record speaks of, when it lies in a terminal folder. */
    static Optional<Path> terminal(QueueLayout layout, Disk disk, LogRecord record) throws IOException {
        for (TaskState state : TERMINAL) {
            Path file = layout.folder(state).resolve(record.terminalName());
            if (disk.exists(file)) return Optional.of(file);
        }
        return Optional.empty();
    }

    private boolean finish(Whereabouts found, DeadLogs.Valid valid) throws IOException {
        ClaimName claim = new ClaimName(
                found.name(),
                ClaimName.Stage.CLAIM,
                valid.incarnation(),
                valid.record().claimNumber());
        Path settled = publisher.running(claim.settled());
        if (!found.file().equals(settled) && !publisher.move(found.file(), settled)) return false;
        publisher.restore(claim, valid.record());
        return true;
    }

    /** True when the file had to be written again. A later outcome than the record's is left alone. */
    private boolean mendTerminal(Path file, LogRecord record) throws IOException {
        if (returnsIn(file) >= record.returns()) return false;
        disk.writeAt(file, record.position(), publisher.covering(file, record));
        Path right = layout.folder(record.state()).resolve(record.terminalName());
        if (!file.equals(right)) publisher.move(file, right);
        return true;
    }

    /** The return count of the outcome in a terminal file; -1 when it has none or is torn. */
    private int returnsIn(Path file) throws IOException {
        try {
            ObjectNode document = Json.parseObject(disk.read(file, LARGEST_DOCUMENT));
            boolean whole = document.path("status").isTextual();
            return whole ? document.path("claim").path("returns").asInt(-1) : -1;
        } catch (MalformedJsonException torn) {
            return -1;
        } catch (NoSuchFileException | FileTooLargeException removedOrForeign) {
            return Integer.MAX_VALUE;
        }
    }

    private Map<String, Whereabouts> waiting(DeadLogs logs) throws IOException {
        if (waiting == null)
            waiting = whereabouts(layout, disk, stem -> logs.of(stem).isPresent());
        return waiting;
    }

    /** The unfinished ones among some tasks, by their names for life. Costs a listing, and memory only for those. */
    static Map<String, Whereabouts> whereabouts(QueueLayout layout, Disk disk, Predicate<String> which)
            throws IOException {
        Map<String, Whereabouts> found = new HashMap<>();
        for (TaskState state : WAITING) {
            Path folder = layout.folder(state);
            forEachTask(disk, folder, name -> {
                TaskName task = nameIn(state, name);
                if (which.test(task.stem())) found.put(task.stem(), new Whereabouts(folder.resolve(name), task));
            });
        }
        return found;
    }

    /** Hands over the names of the single tasks in a folder; an absent one holds nothing. */
    static void forEachTask(Disk disk, Path folder, Consumer<String> visitor) throws IOException {
        try {
            disk.forEachName(folder, name -> {
                if (TaskName.isTaskFile(name)) visitor.accept(name);
            });
        } catch (NoSuchFileException notMadeYet) {
            // holds nothing
        }
    }

    /** What the name of a single task's file in a folder says. */
    static TaskName nameIn(TaskState state, String name) {
        if (state == TaskState.SCHEDULED) return TaskName.parse(Promotion.taskFileName(name));
        return ClaimName.parse(name).map(ClaimName::task).orElseGet(() -> TaskName.parse(name));
    }
}
