package dev.millrace.queue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.queue.Submission.Fate;
import dev.millrace.storage.Disk.DiskLock;
import dev.millrace.task.InvalidTaskException;
import dev.millrace.task.Task;
import dev.millrace.task.TaskId;
import dev.millrace.task.TaskState;
import dev.millrace.task.UniquePolicy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Submits tasks with a unique key, one at a time for each key, whoever submits them. A new task is submitted before the
 * one that it replaces is cancelled: who dies in between leaves both rather than none.
 */
final class UniqueSubmit {
    private final QueueLayout layout;
    private final QueuePorts ports;
    private final UniqueIndex index;
    private final UniqueIndex.Ending ending;
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
        this.ports = ports;
        this.index = new UniqueIndex(layout, options, ports);
        this.ending = new UniqueEnding(layout, options, ports, payloads);
        this.plain = plain;
    }

    static String keyOf(Task task) {
        return UniqueRule.of(task.keys()).key();
    }

    /** @throws InvalidTaskException when what it says of its uniqueness makes no sense */
    static void check(Task task) {
        UniqueRule rule = UniqueRule.of(task.keys());
        JsonNode unique = task.keys().path("unique");
        if (unique.isObject() && !rule.isPresent())
            throw new InvalidTaskException("unique", unique.toString(), "needs a unique_key beside it");
        if (rule.putsOff() && rule.window() == 0)
            throw new InvalidTaskException(
                    "unique.policy", "debounce", "needs window_sec: by how much each submit puts the start off");
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
        UniquePolicy policy = UniqueRule.of(task.keys()).policy();
        Optional<UniqueEntry> before = index.finished(name, ending);
        Optional<UniqueEntry> holder = index.holder(before, policy);
        if (holder.isPresent() && policy == UniquePolicy.RETURN_EXISTING) return earlier(holder.get(), Fate.EXISTING);
        if (holder.isPresent() && policy == UniquePolicy.DISCARD) return earlier(holder.get(), Fate.DISCARDED);
        return add(name, policy == UniquePolicy.DEBOUNCE ? putOff(task) : task, before, holder);
    }

    private Task putOff(Task task) {
        double window = UniqueRule.of(task.keys()).window();
        return task.with(DueTime.KEY, DueTime.afterWindow(ports.time().epochSeconds(), window, task.keys()));
    }

    private Submission earlier(UniqueEntry entry, Fate fate) throws IOException {
        Optional<TaskView> view = index.promised(entry);
        if (view.isPresent())
            return new Submission(
                    entry.id(), entry.stem(), view.get().state(), view.get().file(), fate);
        Path removed = layout.folder(TaskState.DONE).resolve(entry.stem() + ".task.json");
        return new Submission(entry.id(), entry.stem(), TaskState.DONE, removed, fate);
    }

    private Submission add(String name, Task task, Optional<UniqueEntry> before, Optional<UniqueEntry> holder)
            throws IOException {
        Ready ready = plain.ready(task);
        String id = task.id().map(TaskId::value).orElse("");
        UniqueEntry entry = index.next(UniqueRule.of(task.keys()), id, ready.stem(), before, holder);
        index.write(name, entry);
        Submission added = ready.submit();
        Fate fate = index.endReplaced(entry, ending) ? Fate.REPLACED : Fate.ADDED;
        index.confirm(name, entry);
        return new Submission(added.id(), added.stem(), added.state(), added.file(), fate);
    }
}
