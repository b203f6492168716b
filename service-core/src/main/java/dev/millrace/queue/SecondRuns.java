package dev.millrace.queue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.json.MalformedJsonException;
import dev.millrace.queue.QueueControl.Changed;
import dev.millrace.storage.Disk;
import dev.millrace.storage.Disk.DiskLock;
import dev.millrace.storage.Durability;
import dev.millrace.task.BatchName;
import dev.millrace.task.CorruptTaskException;
import dev.millrace.task.InvalidTaskException;
import dev.millrace.task.Task;
import dev.millrace.task.TaskDocument;
import dev.millrace.task.TaskId;
import dev.millrace.task.TaskName;
import dev.millrace.task.TaskOrder;
import dev.millrace.task.TaskState;
import dev.millrace.task.UniquePolicy;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Runs tasks again that have ended without success.
 *
 * <p>What it waited for has ended one way or the other, or been removed: whoever runs it again means now.
 *
 * <p>The new task is written aside, whole and durable, and names the old one; then the old file is removed, then the new
 * one let in. Whoever dies in between leaves the file aside, and the next who comes by finishes what it says: so a task is
 * never lost on the way, and never runs again twice. A task of a batch has no file of its own to be removed; a mark
 * {@code <unique name>.again} says that it was run again.
 */
final class SecondRuns {
    private static final String RETRY_OF = "retry_of";
    private static final String MARK = ".again";
    private static final String DRAFT = ".draft-";
    private static final String LOCK = "lock";

    /** For so long the lock is held in one go. */
    private static final long LONGEST_NANOS = 1_000_000_000L;

    /** Whoever else waits for it looks each ten milliseconds. */
    private static final Duration TURN_OF_OTHERS = Duration.ofMillis(30);

    private static final List<TaskState> RETRIED = List.of(TaskState.FAILED, TaskState.CANCELLED);

    /** What submit writes itself, and what an ended task has beyond what its author wrote. */
    private static final List<String> NOT_THE_AUTHORS = List.of(
            "schema",
            "task_id",
            "created_at",
            "not_before",
            "index",
            "claim",
            "status",
            "finished_at",
            "runtime",
            "worker_id",
            "worker_name",
            "attempt",
            "attempts",
            "result",
            "logs",
            "error",
            "traceback",
            "recovery",
            "progress",
            "error_class",
            "timed_out",
            "frame",
            TaskRecord.BEGUN);

    private final QueueLayout layout;
    private final QueuePorts ports;
    private final QueueLook look;
    private final AsideTasks aside;
    private final Publisher publisher;
    private final UniqueIndex unique;
    private final UniqueIndex.Ending ending;

    SecondRuns(QueueLayout layout, QueueOptions options, QueuePorts ports, QueueLook look, Payloads payloads) {
        this.layout = layout;
        this.ports = ports;
        this.look = look;
        this.aside = new AsideTasks(layout, options, ports, payloads);
        this.publisher = new Publisher(layout, ports.disk());
        this.unique = new UniqueIndex(layout, options, ports);
        this.ending = new UniqueEnding(layout, options, ports, payloads);
    }

    /** What becomes of each. What others have begun is finished once for many, because that lists all marks. */
    Map<TaskView, Changed> retryAll(List<TaskView> asked) throws IOException, InterruptedException {
        Map<TaskView, Changed> outcomes = new LinkedHashMap<>();
        ports.disk().createFolders(layout.secondRuns());
        int done = 0;
        while (done < asked.size()) {
            if (done > 0) ports.time().sleep(TURN_OF_OTHERS);
            try (DiskLock mine = LockWait.OF_PEOPLE.on(
                    ports.disk(), ports.time(), layout.secondRuns().resolve(LOCK))) {
                finishAll();
                long begun = ports.time().nanos();
                for (; done < asked.size() && ports.time().nanos() - begun < LONGEST_NANOS; done++)
                    outcomes.put(asked.get(done), retry(asked.get(done)));
            } catch (IOException e) {
                if (done == 0) throw e;
                throw new IOException(
                        done + " of " + asked.size() + " tasks were dealt with, then it broke off: " + e.getMessage(),
                        e);
            }
        }
        return outcomes;
    }

    private Changed retry(TaskView asked) throws IOException {
        if (!isRetried(asked.state())) return Changed.WRONG_STATE;
        Optional<TaskView> now = asked.isPart() ? look.locate(asked.stem()) : ended(asked.stem());
        if (now.isEmpty()) return Changed.UNKNOWN;
        if (!isRetried(now.get().state())) return Changed.WRONG_STATE;
        if (ports.disk().exists(mark(asked.stem()))) return Changed.BEFORE;
        Optional<TaskRecord> record = look.read(now.get());
        if (record.isEmpty()) return Changed.UNKNOWN;
        return record.get().quarantine().isPresent() ? takenBack(now.get()) : again(record.get());
    }

    /** Those that were not run again before. */
    List<TaskView> notRunAgain(List<TaskView> tasks) throws IOException {
        Set<String> marks = new HashSet<>(ports.disk().sortedNames(layout.secondRuns()));
        return tasks.stream()
                .filter(task -> !marks.contains(task.stem() + MARK))
                .toList();
    }

    private static boolean isRetried(TaskState state) {
        return RETRIED.contains(state);
    }

    private Optional<TaskView> ended(String stem) throws IOException {
        return look.locateEnded(stem, RETRIED);
    }

    /** A file that was refused keeps its name; it is another file now, or would be refused again. */
    private Changed takenBack(TaskView view) throws IOException {
        if (view.isPart()) return Changed.SHARED;
        try {
            TaskDocument.parse(ports.disk().read(view.file(), TaskDocument.MAX_BYTES));
        } catch (CorruptTaskException | java.nio.file.FileSystemException unfit) {
            return Changed.UNFIT;
        }
        TaskName name = publisher.free(
                TaskState.PENDING, TaskName.parse(String.valueOf(view.file().getFileName())));
        boolean moved =
                publisher.move(view.file(), layout.folder(TaskState.PENDING).resolve(name.fileName()));
        if (moved) ports.disk().delete(Quarantine.sidecarOf(view.file()));
        return moved ? Changed.DONE : Changed.UNKNOWN;
    }

    private Changed again(TaskRecord record) throws IOException {
        try {
            Task task = task(record);
            UniqueSubmit.check(task);
            boolean over = finish(aside.writeReady(task, layout.secondRuns()).file());
            return over ? Changed.DONE : Changed.TAKEN;
        } catch (InvalidTaskException unfit) {
            return Changed.UNFIT;
        }
    }

    private static Task task(TaskRecord record) {
        ObjectNode keys = record.document().map(ObjectNode::deepCopy).orElseGet(Json::object);
        keys.remove(NOT_THE_AUTHORS);
        keys.put(RETRY_OF, record.view().stem());
        JsonNode callback = keys.path(Drafts.CALLBACK_OF);
        if (callback.isObject() && !callback.has(Drafts.FIRST))
            ((ObjectNode) callback).put(Drafts.FIRST, record.view().stem());
        return new Task(Optional.of(new TaskId(record.view().id())), keys);
    }

    /** Finishes what others have begun. */
    void finishLeftOver() throws IOException {
        if (ports.disk().facts(layout.secondRuns()).isEmpty()) return;
        Optional<DiskLock> free = ports.disk().tryLock(layout.secondRuns().resolve(LOCK));
        if (free.isEmpty()) return;
        try (DiskLock mine = free.get()) {
            Independent.take(
                    List.of(Independent.uncounted(this::finishAll), Independent.uncounted(this::dropOldMarks)));
        }
    }

    /** Under the lock nobody else is writing, so a draft is what somebody left who died. */
    private void finishAll() throws IOException {
        List<Path> begun = new ArrayList<>();
        for (String name : ports.disk().sortedNames(layout.secondRuns())) {
            Path file = layout.secondRuns().resolve(name);
            if (name.startsWith(DRAFT)) ports.disk().delete(file);
            else if (AsideTasks.stemIn(name).isPresent()) begun.add(file);
        }
        if (begun.isEmpty()) return;
        // whoever wrote them may have died before their names were on disk, and the old ones are removed for good
        ports.disk().forceFolder(layout.secondRuns());
        Independent.take(begun.stream()
                .map(file -> Independent.uncounted(() -> finish(file)))
                .toList());
    }

    /** False when another task has its unique key: then the old one stays as it was. */
    private boolean finish(Path file) throws IOException {
        ObjectNode task = read(file);
        String old = task.path(RETRY_OF).asText("");
        String key = task.path("unique_key").asText("");
        if (!key.isEmpty()) return finishUnique(file, task, key, old);
        removeOld(old);
        aside.admit(file);
        return true;
    }

    /** The entry is written before the old task is removed, so from then on the key is this task's. */
    private boolean finishUnique(Path file, ObjectNode task, String key, String old) throws IOException {
        String name = UniqueIndex.nameOf(key);
        String stem = AsideTasks.stemIn(String.valueOf(file.getFileName())).orElse("");
        try (DiskLock mine = unique.lock(name)) {
            Optional<UniqueEntry> before = unique.finished(name, ending);
            boolean isOwn = before.filter(entry -> isOf(entry, old) || isOf(entry, stem))
                    .isPresent();
            UniqueRule rule = UniqueRule.of(task);
            if (!isOwn && unique.holder(before, UniquePolicy.RETURN_EXISTING).isPresent()) {
                ports.disk().delete(file);
                return false;
            }
            UniqueEntry entry = unique.next(rule, task.path("task_id").asText(""), stem, before, Optional.empty());
            unique.write(name, entry);
            removeOld(old);
            aside.admit(file);
            unique.confirm(name, entry);
            return true;
        }
    }

    private static boolean isOf(UniqueEntry entry, String stem) {
        return entry.stem().equals(stem);
    }

    private ObjectNode read(Path file) throws IOException {
        try {
            return Json.parseObject(ports.disk().read(file, TaskDocument.MAX_BYTES));
        } catch (MalformedJsonException e) {
            throw new IOException(file + " " + e.reason() + "; it was put there to be run again: mend or remove it", e);
        }
    }

    private void removeOld(String stem) throws IOException {
        if (stem.isEmpty()) return;
        if (isInBatch(stem)) {
            ports.disk().replace(mark(stem), new byte[0], Durability.FSYNC);
            return;
        }
        Optional<TaskView> old = ended(stem);
        if (old.isEmpty()) {
            // whoever removed it may have died before that was on disk, and it would be back beside the new one
            for (TaskState state : RETRIED) ports.disk().forceFolder(layout.folder(state));
        } else if (isRetried(old.get().state())) {
            ports.disk().delete(old.get().file());
            ports.disk().forceFolder(Disk.parentOf(old.get().file()));
        }
    }

    private boolean isInBatch(String stem) throws IOException {
        if (BatchName.partOf(stem).isEmpty()) return false;
        return TaskOrder.isOurs(stem)
                || look.locate(stem).filter(TaskView::isPart).isPresent();
    }

    private void dropOldMarks() throws IOException {
        for (String name : ports.disk().sortedNames(layout.secondRuns())) {
            if (!name.endsWith(MARK)) continue;
            Optional<BatchName.Part> part = BatchName.partOf(name.substring(0, name.length() - MARK.length()));
            if (part.isEmpty() || !look.hasFile(part.get()))
                ports.disk().delete(layout.secondRuns().resolve(name));
        }
    }

    private Path mark(String stem) {
        return layout.secondRuns().resolve(stem + MARK);
    }
}
