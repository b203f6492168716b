package dev.millrace.queue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.queue.Submission.Fate;
import dev.millrace.storage.Disk.DiskLock;
import dev.millrace.task.InvalidTaskException;
import dev.millrace.task.Outcome;
import dev.millrace.task.Task;
import dev.millrace.task.TaskId;
import dev.millrace.task.TaskState;
import dev.millrace.task.UniquePolicy;
import dev.millrace.time.Time;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Submits tasks with a unique key, one at a time for each key, whoever submits them. A new task is submitted before the
 * one that it replaces is cancelled: who dies in between leaves both rather than none.
 */
final class UniqueSubmit {
    private static final String KEY = "unique_key";

    private final QueueLayout layout;
    private final QueueOptions options;
    private final QueuePorts ports;
    private final UniqueIndex index;
    private final Payloads payloads;
    private final Plain plain;

    /** Submitting without looking at keys. */
    interface Plain {
        /** A task with its unique name; nothing is written before it is told {@link Ready#submit}. */
        Ready ready(Task task) throws IOException;
    }

    /** A task that can be submitted. */
    interface Ready {
        String stem();

        Submission submit() throws IOException;
    }

    UniqueSubmit(QueueLayout layout, QueueOptions options, QueuePorts ports, Payloads payloads, Plain plain) {
        this.layout = layout;
        this.options = options;
        this.ports = ports;
        this.index = new UniqueIndex(layout, options, ports);
        this.payloads = payloads;
        this.plain = plain;
    }

    static String keyOf(Task task) {
        return task.keys().path(KEY).asText("");
    }

    /** @throws InvalidTaskException when what it says of its uniqueness makes no sense */
    static void check(Task task) {
        JsonNode unique = task.keys().path("unique");
        if (unique.isObject() && keyOf(task).isEmpty())
            throw new InvalidTaskException("unique", unique.toString(), "needs a unique_key beside it");
        if (UniquePolicy.of(unique) == UniquePolicy.DEBOUNCE && windowOf(task) == 0)
            throw new InvalidTaskException(
                    "unique.policy", "debounce", "needs window_sec: by how much each submit puts the start off");
    }

    private static double windowOf(Task task) {
        return task.keys().path("unique").path("window_sec").asDouble(0);
    }

    Submission submit(Task given) throws IOException {
        String name = UniqueIndex.nameOf(keyOf(given));
        try (DiskLock mine = index.lock(name)) {
            return submit(name, withId(given));
        } catch (IOException e) {
            if (e instanceof SubmitException) throw e;
            throw new SubmitException(
                    "task " + given.id().map(TaskId::value).orElse(keyOf(given)) + " was not submitted: " + e, e);
        }
    }

    private Task withId(Task task) {
        return task.id().isPresent()
                ? task
                : task.id(TaskId.random(ports.random()).value());
    }

    private Submission submit(String name, Task task) throws IOException {
        Optional<UniqueEntry> before = index.read(name);
        if (before.isPresent() && !before.get().replaces().isEmpty())
            endIfWaiting(before.get().replaces(), "");
        UniquePolicy policy = UniquePolicy.of(task.keys().path("unique"));
        Optional<UniqueEntry> holder = before.isPresent() && isTaken(before.get(), policy) ? before : Optional.empty();
        if (holder.isPresent() && policy == UniquePolicy.RETURN_EXISTING) return earlier(holder.get(), Fate.EXISTING);
        if (holder.isPresent() && policy == UniquePolicy.DISCARD) return earlier(holder.get(), Fate.DISCARDED);
        return add(name, policy == UniquePolicy.DEBOUNCE ? putOff(task) : task, holder);
    }

    /** To be put off, an earlier task must still be there; how long ago it was submitted does not matter. */
    private boolean isTaken(UniqueEntry entry, UniquePolicy policy) throws IOException {
        if (policy != UniquePolicy.DEBOUNCE) return index.isTaken(entry);
        return index.taskOf(entry).filter(view -> !view.state().isTerminal()).isPresent();
    }

    private Task putOff(Task task) {
        Instant due = ports.time().instant().plus(Duration.ofNanos((long) (windowOf(task) * 1e9)));
        double given = task.keys().path("not_before").asDouble(0);
        return Time.toEpochSeconds(due) > given ? task.notBefore(due) : task;
    }

    private Submission earlier(UniqueEntry entry, Fate fate) throws IOException {
        Optional<TaskView> view = index.taskOf(entry);
        if (view.isPresent())
            return new Submission(
                    entry.id(), entry.stem(), view.get().state(), view.get().file(), fate);
        Path removed = layout.folder(TaskState.DONE).resolve(entry.stem() + ".task.json");
        return new Submission(entry.id(), entry.stem(), TaskState.DONE, removed, fate);
    }

    private Submission add(String name, Task task, Optional<UniqueEntry> holder) throws IOException {
        Ready ready = plain.ready(task);
        UniqueEntry entry = new UniqueEntry(
                keyOf(task),
                task.id().map(TaskId::value).orElse(""),
                ready.stem(),
                holder.map(UniqueEntry::since).orElse(ports.time().epochSeconds()),
                windowOf(task),
                false,
                holder.map(UniqueEntry::stem).orElse(""));
        index.write(name, entry);
        Submission added = ready.submit();
        boolean replaced = holder.isPresent() && endIfWaiting(holder.get().stem(), added.id());
        index.write(name, entry.surely());
        return new Submission(
                added.id(), added.stem(), added.state(), added.file(), replaced ? Fate.REPLACED : Fate.ADDED);
    }

    /** False when it was not waiting any more. */
    private boolean endIfWaiting(String stem, String by) throws IOException {
        Optional<TaskView> view = new QueueLook(layout, ports).locate(stem);
        if (view.isEmpty() || view.get().state().isTerminal() || view.get().state() == TaskState.RUNNING) return false;
        Member member = Member.newLife(0, "submitter", ports.random());
        String reason = by.isEmpty()
                ? "replaced by a later task with its unique_key"
                : "replaced by " + by + ", which was submitted later with its unique_key";
        try (DirectoryWorkerQueue mine = new DirectoryWorkerQueue(layout, options, ports, member, payloads)) {
            return mine.endIfWaiting(view.get(), new Outcome.Cancelled(reason));
        }
    }
}
