package dev.millrace.queue;

import dev.millrace.storage.Disk;
import dev.millrace.storage.Disk.DiskLock;
import dev.millrace.storage.Durability;
import dev.millrace.storage.FileFacts;
import dev.millrace.task.BatchName;
import dev.millrace.task.TaskName;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Groups whose files still lie beside the queue. Those with a list of their tasks are submitted: their files are moved into
 * the queue, by whoever comes first, as often as need be. Those without one were never submitted, and are removed when
 * they are old.
 *
 * <p>A submitter may stand still for hours before it writes its list. So it holds a lock in the folder before it writes
 * anything there, and nobody removes what somebody holds.
 */
final class StagedGroups {
    private static final Duration OLD = Duration.ofHours(1);
    private static final int LOOK_EVERY = 10;
    private static final String LOCK = "lock";

    private final QueueLayout layout;
    private final QueueOptions options;
    private final QueuePorts ports;
    private final Disk disk;
    private final Publisher publisher;
    private Optional<Instant> seen = Optional.empty();
    private int skipped;

    StagedGroups(QueueLayout layout, QueueOptions options, QueuePorts ports) {
        this.layout = layout;
        this.options = options;
        this.ports = ports;
        this.disk = ports.disk();
        this.publisher = new Publisher(layout, disk);
    }

    /** Finishes what others have left; the number of files that were moved. */
    synchronized int finish() throws IOException {
        Optional<Instant> changed = disk.facts(layout.groups()).map(FileFacts::modified);
        if (changed.equals(seen) && ++skipped % LOOK_EVERY != 0) return 0;
        List<Independent.Step> steps = new ArrayList<>();
        for (String name : disk.sortedNames(layout.groups()))
            steps.add(() -> finish(layout.groups().resolve(name)));
        int moved = Independent.take(steps);
        seen = changed;
        return moved;
    }

    private int finish(Path folder) throws IOException {
        Optional<FileFacts> facts = disk.facts(folder);
        if (facts.filter(one -> one.kind() == FileFacts.Kind.FOLDER).isEmpty()) return 0;
        if (isSubmitted(folder)) return admitLeft(folder);
        boolean old = facts.get().modified().isBefore(ports.time().instant().minus(OLD));
        if (old) giveUp(folder);
        return 0;
    }

    /** Whoever wrote the list may have died before that was on disk: what is moved would be there and the list not. */
    private int admitLeft(Path folder) throws IOException {
        if (options.durability() == Durability.FSYNC) disk.forceFolder(layout.waits());
        return admit(folder, EnumSet.noneOf(TaskState.class));
    }

    /** Whoever still submits it holds this, however long that takes; empty then. */
    Optional<DiskLock> lock(Path folder) throws IOException {
        return disk.tryLock(folder.resolve(LOCK));
    }

    private void giveUp(Path folder) throws IOException {
        Optional<DiskLock> held = lock(folder);
        if (held.isEmpty()) return;
        try (DiskLock mine = held.get()) {
            if (!isSubmitted(folder)) discard(folder);
        }
    }

    private boolean isSubmitted(Path folder) throws IOException {
        return disk.exists(layout.waits().resolve(folder.getFileName() + WaitFiles.MEMBERS));
    }

    /**
     * Moves a group's files to where they belong; the order does not matter, for the list says what belongs to it.
     *
     * @param promised these folders are forced, also when somebody else has moved all files into them and not yet forced that
     */
    int admit(Path folder, Set<TaskState> promised) throws IOException {
        Set<TaskState> touched = EnumSet.noneOf(TaskState.class);
        touched.addAll(promised);
        List<Independent.Step> steps = new ArrayList<>();
        for (String name : disk.sortedNames(folder)) {
            int dot = name.indexOf('.');
            Optional<TaskState> state = TaskState.of(name.substring(0, Math.max(0, dot)));
            if (state.isEmpty()) continue;
            Path target = layout.folder(state.get()).resolve(name.substring(dot + 1));
            touched.add(state.get());
            steps.add(() -> publisher.move(folder.resolve(name), target) ? 1 : 0);
        }
        steps.add(Independent.uncounted(() -> force(touched)));
        int moved = Independent.take(steps);
        remove(folder);
        return moved;
    }

    private void force(Set<TaskState> states) throws IOException {
        if (options.durability() == Durability.FSYNC)
            for (TaskState state : states) disk.forceFolder(layout.folder(state));
    }

    /** The unique names of all tasks and batches that still lie here, and of their callbacks, wherever those are by now. */
    static Set<String> stems(QueueLayout layout, Disk disk) throws IOException {
        Set<String> stems = new HashSet<>(disk.sortedNames(layout.groups()));
        for (String group : List.copyOf(stems))
            for (String name : namesIn(layout.groups().resolve(group), disk))
                stemOf(name.substring(name.indexOf('.') + 1)).ifPresent(stems::add);
        return stems;
    }

    /** Somebody may have put a file there. */
    private static List<String> namesIn(Path group, Disk disk) throws IOException {
        try {
            return disk.sortedNames(group);
        } catch (NotDirectoryException noGroup) {
            return List.of();
        }
    }

    private static Optional<String> stemOf(String name) {
        if (BatchName.isBatchFile(name))
            return Optional.of(BatchName.parse(name).stem());
        String file = Promotion.taskFileName(name);
        return TaskName.isTaskFile(file) ? Optional.of(TaskName.parse(file).stem()) : Optional.empty();
    }

    void discard(Path folder) throws IOException {
        for (String name : disk.sortedNames(folder)) if (!name.equals(LOCK)) disk.delete(folder.resolve(name));
        remove(folder);
    }

    private void remove(Path folder) throws IOException {
        try {
            disk.delete(folder.resolve(LOCK));
            disk.delete(folder);
        } catch (DirectoryNotEmptyException putThereByHand) {
            // stays until it is taken away
        }
    }
}
