package dev.millrace.queue;

import dev.millrace.storage.Disk;
import dev.millrace.storage.FileFacts;
import dev.millrace.task.BatchName;
import dev.millrace.task.TaskName;
import dev.millrace.task.TaskOrder;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Moves tasks whose time has come from scheduled to pending. Two at once are harmless: each move is one rename.
 *
 * <p>The folder is listed when it has changed or something in it is due; and at every tenth step, because two changes
 * within one tick of the file system's clock look like one.
 *
 * <p>Other programs use names again, and a rename replaces what is there. A file of theirs that nobody has run waits until
 * its name is free in pending: a count of returns would make it another name, but would also say that it has waited for
 * others and has its unique key; and a batch has no other name.
 */
final class Promotion {
    /** The most in one step, so that a flood of due tasks does not keep the steward from its other duties. */
    private static final int BATCH = 1_000;

    private static final int LIST_EVERY = 10;

    private static final Pattern FORM = Pattern.compile("([0-9]{13,15})-(.+)", Pattern.DOTALL);

    private final QueueLayout layout;
    private final QueuePorts ports;
    private Optional<Instant> listedAt = Optional.empty();
    private long nextDue;
    private int skipped;
    private final Publisher publisher;

    /** Files whose names were taken in pending; there may be more of them than are moved in one step. */
    private final Set<String> waiting = new HashSet<>();

    Promotion(QueueLayout layout, QueuePorts ports) {
        this.layout = layout;
        this.ports = ports;
        this.publisher = new Publisher(layout, ports.disk());
    }

    private record Due(long at, String name) {}

    int step() throws IOException {
        Path folder = layout.folder(TaskState.SCHEDULED);
        long now = ports.time().millis();
        Optional<Instant> changed = ports.disk().facts(folder).map(FileFacts::modified);
        if (changed.equals(listedAt) && now < nextDue && ++skipped % LIST_EVERY != 0) return 0;
        listedAt = Optional.empty();
        List<Independent.Step> moves = new ArrayList<>();
        for (Due due : firstDue(folder, now)) moves.add(() -> move(folder, due));
        int moved = Independent.take(moves);
        listedAt = moved == 0 ? changed : Optional.empty();
        return moved;
    }

    private List<Due> firstDue(Path folder, long now) throws IOException {
        for (String name : List.copyOf(waiting)) if (!isNameTaken(taskFileName(name))) waiting.remove(name);
        PriorityQueue<Due> latestFirst = new PriorityQueue<>((a, b) -> Long.compare(b.at(), a.at()));
        nextDue = Long.MAX_VALUE;
        ports.disk().forEachName(folder, name -> {
            OptionalLong at = dueMillis(name);
            if (at.isPresent() && at.getAsLong() > now) nextDue = Math.min(nextDue, at.getAsLong());
            if (at.isEmpty() || at.getAsLong() > now || waiting.contains(name)) return;
            latestFirst.add(new Due(at.getAsLong(), name));
            if (latestFirst.size() > BATCH) latestFirst.poll();
        });
        List<Due> first = new ArrayList<>(latestFirst);
        first.sort((a, b) -> Long.compare(a.at(), b.at()));
        return first;
    }

    private int move(Path folder, Due due) throws IOException {
        Path file = folder.resolve(due.name());
        String fileName = taskFileName(due.name());
        if (isNameTaken(fileName)) {
            waiting.add(due.name());
            return 0;
        }
        String free = fileName;
        if (!BatchName.isBatchFile(fileName)) {
            TaskName task = TaskName.parse(fileName);
            if (!TaskOrder.isOurs(task.stem())) noteSince(file, due.at());
            free = publisher.free(TaskState.PENDING, task).fileName();
        }
        try {
            ports.disk().rename(file, layout.folder(TaskState.PENDING).resolve(free));
            return 1;
        } catch (NoSuchFileException movedByAnother) {
            return 0;
        }
    }

    private boolean isNameTaken(String fileName) throws IOException {
        return inTheWay(layout, ports.disk(), fileName).isPresent();
    }

    /** The file in pending whose name this one needs, and will have when that is claimed; empty when the name is free. */
    static Optional<Path> inTheWay(QueueLayout layout, Disk disk, String fileName) throws IOException {
        Path pending = layout.folder(TaskState.PENDING).resolve(fileName);
        return isNew(fileName) && disk.exists(pending) ? Optional.of(pending) : Optional.empty();
    }

    /** A stranger's file that nobody has run. */
    private static boolean isNew(String fileName) {
        if (BatchName.isBatchFile(fileName)) {
            BatchName batch = BatchName.parse(fileName);
            return batch.returns() == 0 && !TaskOrder.isOurs(batch.stem());
        }
        TaskName task = TaskName.parse(fileName);
        return task.returns() == 0 && !TaskOrder.isOurs(task.stem());
    }

    /** A stranger's name does not tell since when it could be claimed; its file's time does, where we may set that. */
    private void noteSince(Path file, long due) {
        Instant since = due == 0 ? ports.time().instant() : Instant.ofEpochMilli(due);
        try {
            boolean regular = ports.disk()
                    .facts(file)
                    .filter(facts -> facts.kind() == FileFacts.Kind.FILE)
                    .isPresent();
            if (regular) ports.disk().touch(file, since);
        } catch (IOException itsAgeIsTakenForLonger) {
            // it is promoted all the same
        }
    }

    /** When a file in scheduled/ is due; a name without a time is due at once, so that nothing is stuck there. */
    static OptionalLong dueMillis(String name) {
        if (!isTask(name)) return OptionalLong.empty();
        Matcher form = FORM.matcher(name);
        return OptionalLong.of(form.matches() ? Long.parseLong(form.group(1)) : 0);
    }

    private static boolean isTask(String name) {
        return TaskName.isTaskFile(name) || BatchName.isBatchFile(name);
    }

    static String taskFileName(String name) {
        Matcher form = FORM.matcher(name);
        return form.matches() && isTask(form.group(2)) ? form.group(2) : name;
    }
}
