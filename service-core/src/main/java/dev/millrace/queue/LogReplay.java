package dev.millrace.queue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.json.MalformedJsonException;
import dev.millrace.storage.Disk;
import dev.millrace.storage.Durability;
import dev.millrace.storage.FileTooLargeException;
import dev.millrace.task.ClaimName;
import dev.millrace.task.TaskName;
import dev.millrace.task.TaskOrder;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

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
    /** In the order in which a task passes through them, so that one that moves on meanwhile is not missed. */
    private static final TaskState[] WAITING = {
        TaskState.BLOCKED, TaskState.SCHEDULED, TaskState.PENDING, TaskState.RUNNING
    };

    /**
     * A folder is read bit by bit: what gets another name meanwhile may not be met. Whoever gives a name without this log
     * gives the settled one, and the next one is the last, in a terminal folder; so what is missed twice has ended.
     */
    private static final int LOOKS = 2;

    private final QueueLayout layout;
    private final Disk disk;
    private final Publisher publisher;
    private final Namesakes namesakes;
    private final Durability durability;

    /** What each look of this replay has found so far; of a foreign name several may wait. */
    private final List<Map<String, List<Whereabouts>>> looks = new ArrayList<>(LOOKS);

    LogReplay(QueueLayout layout, Disk disk, Durability durability) {
        this.layout = layout;
        this.disk = disk;
        this.durability = durability;
        this.publisher = new Publisher(layout, disk);
        this.namesakes = new Namesakes(layout, disk);
    }

    /** Where an unfinished task's file lies. */
    record Whereabouts(Path file, TaskName name) {}

    /**
     * Resolves every record, makes that durable, and drops the logs; the number of tasks that had to be mended. The log of a
     * record that cannot be resolved now stays, and does not keep the others.
     */
    int replay(DeadLogs logs) throws IOException {
        if (logs.isEmpty()) return 0;
        looks.clear();
        List<Independent.Step> records = new ArrayList<>();
        for (DeadLogs.Valid valid : logs.all()) records.add(() -> resolveOrLeave(valid, logs) ? 1 : 0);
        return Independent.take(List.of(() -> Independent.take(records), () -> drop(logs)));
    }

    private boolean resolveOrLeave(DeadLogs.Valid valid, DeadLogs logs) throws IOException {
        try {
            return resolve(valid, logs);
        } catch (IOException e) {
            logs.leave(valid.incarnation());
            throw e;
        }
    }

    private int drop(DeadLogs logs) throws IOException {
        if (logs.isEmpty()) return 0;
        if (durability == Durability.FSYNC) disk.forceFileSystem(layout.root());
        logs.drop();
        return 0;
    }

    private boolean resolve(DeadLogs.Valid valid, DeadLogs logs) throws IOException {
        LogRecord record = valid.record();
        for (int look = 0; look < LOOKS; look++) {
            Optional<Path> terminal = namesakes.terminal(record);
            if (terminal.isPresent()) return mendTerminal(terminal.get(), record);
            List<Whereabouts> waiting = waiting(look, logs).getOrDefault(record.stem(), List.of());
            boolean isOver = TaskOrder.isOurs(record.stem()) && !waiting.isEmpty();
            for (Whereabouts found : waiting) {
                if (isOf(valid, found, logs) && finish(found, valid)) return true;
                isOver &= disk.exists(found.file());
            }
            if (isOver) return false;
        }
        Optional<Path> ended = namesakes.terminal(record);
        return ended.isPresent() && mendTerminal(ended.get(), record);
    }

    private boolean isOf(DeadLogs.Valid valid, Whereabouts found, DeadLogs logs) throws IOException {
        return namesakes
                .recordOf(found.file(), found.name(), logs.of(found.name().stem()))
                .filter(valid::equals)
                .isPresent();
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
        try {
            disk.writeAt(file, record.position(), publisher.covering(file, record));
        } catch (NoSuchFileException removedByRetention) {
            return false;
        }
        Path right = layout.folder(record.state()).resolve(String.valueOf(file.getFileName()));
        if (!file.equals(right)) publisher.move(file, right);
        return true;
    }

    /** The return count of the outcome in a terminal file; -1 when it has none or is torn. */
    private int returnsIn(Path file) throws IOException {
        try {
            ObjectNode document = Json.parseObject(disk.read(file, Namesakes.LARGEST_DOCUMENT));
            boolean whole = document.path("status").isTextual();
            return whole ? document.path("claim").path("returns").asInt(-1) : -1;
        } catch (MalformedJsonException torn) {
            return -1;
        } catch (NoSuchFileException | FileTooLargeException removedOrForeign) {
            return Integer.MAX_VALUE;
        }
    }

    private Map<String, List<Whereabouts>> waiting(int look, DeadLogs logs) throws IOException {
        if (look < looks.size()) return looks.get(look);
        Map<String, List<Whereabouts>> fresh = new HashMap<>();
        Predicate<String> logged = stem -> !logs.of(stem).isEmpty();
        Consumer<Whereabouts> keep = one -> fresh.computeIfAbsent(one.name().stem(), stem -> new ArrayList<>(1))
                .add(one);
        AsideTasks.forEach(layout, disk, one -> {
            if (logged.test(one.name().stem())) keep.accept(one);
        });
        forEachWaiting(layout, disk, logged, keep);
        looks.add(fresh);
        return fresh;
    }

    /** The unfinished ones among some tasks, by their names for life. Costs a listing, and memory only for those. */
    static Map<String, Whereabouts> whereabouts(QueueLayout layout, Disk disk, Predicate<String> which)
            throws IOException {
        Map<String, Whereabouts> found = new HashMap<>();
        forEachWaiting(layout, disk, which, one -> found.put(one.name().stem(), one));
        return found;
    }

    private static void forEachWaiting(
            QueueLayout layout, Disk disk, Predicate<String> which, Consumer<Whereabouts> visitor) throws IOException {
        for (TaskState state : WAITING) {
            Path folder = layout.folder(state);
            forEachTask(disk, folder, name -> {
                TaskName task = nameIn(state, name);
                if (which.test(task.stem())) visitor.accept(new Whereabouts(folder.resolve(name), task));
            });
        }
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
