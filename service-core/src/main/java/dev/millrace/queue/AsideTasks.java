package dev.millrace.queue;

import dev.millrace.queue.Drafts.Draft;
import dev.millrace.storage.Disk;
import dev.millrace.storage.Durability;
import dev.millrace.task.Task;
import dev.millrace.task.TaskName;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Tasks that lie ready beside the queue. Their file's name is {@code <state>.<name in that state's folder>}, so whoever
 * finds one knows where it goes.
 */
final class AsideTasks {
    private final QueueLayout layout;
    private final QueueOptions options;
    private final Disk disk;
    private final Drafts drafts;
    private final Publisher publisher;

    AsideTasks(QueueLayout layout, QueueOptions options, QueuePorts ports, Payloads payloads) {
        this.layout = layout;
        this.options = options;
        this.disk = ports.disk();
        this.drafts = new Drafts(layout, ports, payloads);
        this.publisher = new Publisher(layout, disk);
    }

    /** A torn file never bears the name: what has it was written whole. */
    SetAside write(Task task, Path folder) throws IOException {
        return write(task, folder, 0);
    }

    /** The same for a task that waits for others no more, whatever it says. */
    SetAside writeReady(Task task, Path folder) throws IOException {
        return write(task, folder, 1);
    }

    private SetAside write(Task task, Path folder, int returns) throws IOException {
        Draft draft = drafts.drafted(task);
        String id = draft.id().isEmpty() ? drafts.newId() : draft.id();
        Path file = folder.resolve(draft.state().word() + "." + draft.fileName(id, returns));
        try {
            disk.replace(file, draft.json(id), options.durability());
        } catch (IOException e) {
            throw new SubmitException(
                    "task " + id + " was not submitted: cannot write " + file + " (" + e
                            + "). Is the disk neither full nor read-only?",
                    e);
        }
        return new SetAside(id, draft.order().stem(id), draft.state(), file);
    }

    /** The unique name of the task in a file of that name; empty for drafts, marks and what strangers have put there. */
    static Optional<String> stemIn(String fileName) {
        return nameIn(fileName).map(TaskName::stem);
    }

    private static Optional<TaskName> nameIn(String fileName) {
        int dot = fileName.indexOf('.');
        Optional<TaskState> state = TaskState.of(fileName.substring(0, Math.max(0, dot)));
        String inFolder = fileName.substring(dot + 1);
        String name = state.equals(Optional.of(TaskState.SCHEDULED)) ? Promotion.taskFileName(inFolder) : inFolder;
        return state.isPresent() && TaskName.isTaskFile(name) ? Optional.of(TaskName.parse(name)) : Optional.empty();
    }

    /**
     * Hands over all of them, those of groups, too. Whoever let one in may have died before that was on disk; then it may have
     * been run, and a power cut brings it back to where it lay.
     */
    static void forEach(QueueLayout layout, Disk disk, Consumer<LogReplay.Whereabouts> visitor) throws IOException {
        forEachIn(layout.secondRuns(), disk, visitor);
        forEachIn(layout.recurring().resolve("ready"), disk, visitor);
        for (String group : disk.sortedNames(layout.groups()))
            forEachIn(layout.groups().resolve(group), disk, visitor);
    }

    private static void forEachIn(Path folder, Disk disk, Consumer<LogReplay.Whereabouts> visitor) throws IOException {
        try {
            disk.forEachName(
                    folder,
                    name -> nameIn(name)
                            .ifPresent(task -> visitor.accept(new LogReplay.Whereabouts(folder.resolve(name), task))));
        } catch (NoSuchFileException | NotDirectoryException holdsNothing) {
            // somebody has put a file there, or nobody anything
        }
    }

    /** Whoever moved it may have died before that was on disk, so it is forced whoever moved it. */
    boolean admit(Path file) throws IOException {
        String name = String.valueOf(file.getFileName());
        int dot = name.indexOf('.');
        Optional<TaskState> state = TaskState.of(name.substring(0, Math.max(0, dot)));
        if (state.isEmpty()) throw new IllegalArgumentException(file + " was not set aside by this queue");
        Path folder = layout.folder(state.get());
        boolean moved = disk.exists(file) && publisher.move(file, folder.resolve(name.substring(dot + 1)));
        if (options.durability() == Durability.FSYNC) disk.forceFolder(folder);
        return moved;
    }
}
